type Fields = Readonly<Record<string, unknown>>;

/**
 * The merge patch by which an object gets the wanted fields and loses those that were wanted before and are not any
 * more; what others have set beside them stays. Undefined when there is nothing to change.
 *
 * Not server-side apply: that would merge into a resource which someone else makes at the same moment, and from then on
 * it would look like ours.
 */
export function changeOf(before: Fields, wanted: Fields, live: Fields): Fields | undefined {
  const changes: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(wanted)])) {
    const [was, now, is] = [before[name], wanted[name], live[name]];
    if (isFields(is) && (isFields(now) || (now === undefined && isFields(was)))) {
      const inner = changeOf(isFields(was) ? was : {}, isFields(now) ? now : {}, is);
      if (inner) changes.push([name, inner]);
    } else if (now === undefined ? is !== undefined : JSON.stringify(now) !== JSON.stringify(is)) {
      changes.push([name, now ?? null]);
    }
  }
  return changes.length > 0 ? Object.fromEntries(changes) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
