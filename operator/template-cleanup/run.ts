import type { Kind } from '../../constructs/cluster-api/template-cleanup/kinds';
import type { Api, ApiObject } from './api';
import { decide, type Reason } from './decide';
import { readReferences } from './references';

/** What a run is told. */
export interface RunProps {
  readonly api: Api;
  readonly templates: readonly Kind[];
  /** Say what would be removed, and remove nothing. */
  readonly dryRun: boolean;
  readonly print: (line: string) => void;
}

/**
 * Removes the templates that nothing uses. Whatever cannot be read ends the run: what is not seen may be in use.
 *
 * References are read after the templates, so that a template that is new among them is not missed, and once more
 * right before each deletion.
 *
 * @throws what the API server said
 */
export async function run({ api, templates, dryRun, print }: RunProps): Promise<void> {
  const kinds = new Map<ApiObject, Kind>();
  for (const kind of templates) for (const object of await api.list(kind)) kinds.set(object, kind);
  const { remove, stay } = decide([...kinds.keys()], await readReferences(api));
  const reasons = stay.map(([, reason]): Reason | 'changed meanwhile' => reason);
  let removed = 0;
  for (const object of remove) {
    const shown = `${object.kind} ${object.metadata.name}`;
    const again = decide([object], await readReferences(api));
    if (again.remove.length === 0) {
      reasons.push(...again.stay.map(([, reason]) => reason));
    } else if (dryRun) {
      print(`would remove ${shown}`);
    } else if (await api.remove(kinds.get(object) as Kind, object)) {
      print(`removed ${shown}`);
      removed++;
    } else {
      reasons.push('changed meanwhile');
    }
  }
  print(`${kinds.size} templates, ${removed} removed${summary(reasons)}`);
}

function summary(reasons: readonly string[]): string {
  const counts = [...new Set(reasons)].sort().map((reason) => {
    return `, ${reasons.filter((other) => other === reason).length} ${reason}`;
  });
  return counts.join('');
}
