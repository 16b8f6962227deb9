/** Whether a version, such as `v2.8.0`, is newer than another; a version that is none is never. */
export function isNewer(version: string, other: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(other)];
  if (!a || !b) return a !== undefined && other === '';
  const at = a.findIndex((number, i) => number !== b[i]);
  return at >= 0 && Number(a[at]) > Number(b[at]);
}

/** Its three numbers, and whether it is the release itself or comes before it. */
function numbersOf(version: string): readonly number[] | undefined {
  const [, major, minor, patch, before] = /^v?(\d+)\.(\d+)\.(\d+)(-.*)?/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch), before ? 0 : 1];
}
