import * as parts from '../../test/stack/parts';

/** The versions of the servers that the stack builds, by the name of their part; not of what is the project's own. */
export function serverVersions(): Record<string, string> {
  const versions = Object.values(parts).flatMap((part): [string, string][] =>
    typeof part === 'object' && part.module
      ? [[part.name, parts.pinnedVersion(parts.partFolder(part), part.module)]]
      : [],
  );
  return Object.fromEntries(versions.sort(([a], [b]) => (a < b ? -1 : 1)));
}
