import { header } from './output';
import { byCodeUnit } from './schema';

/** Prints the set of kinds that have no namespace, each as `<group>/<Kind>`. */
export function printScopes(clusterScoped: readonly string[]): string {
  const lines = [...new Set(clusterScoped)].sort(byCodeUnit).map((kind) => `  '${kind}',\n`);
  return (
    `${header}\n/** Kinds without a namespace, each as \`<group>/<Kind>\`; the core group is empty. */\n` +
    `export const clusterScopedKinds: ReadonlySet<string> = new Set([\n${lines.join('')}]);\n`
  );
}
