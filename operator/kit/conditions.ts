/** A condition of a status. @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word in upper camel case. */
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

/** A condition as it is now; when it became so follows from what was before. */
export type Verdict = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

/** The conditions after a run: those judged now, and of the others what was before. */
export function conditionsAfter(
  before: readonly Condition[] | undefined,
  verdicts: readonly Verdict[],
  generation: number | undefined,
  now: Date,
): Condition[] {
  const judged = verdicts.map((verdict) => {
    const old = before?.find(({ type }) => type === verdict.type);
    const same = old?.status === verdict.status;
    const message = verdict.message.slice(0, 2000);
    const lastTransitionTime = same ? old.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`;
    return { ...verdict, message, observedGeneration: generation, lastTransitionTime };
  });
  const kept = (before ?? []).filter(({ type }) => !verdicts.some((verdict) => verdict.type === type));
  return [...kept, ...judged].sort((a, b) => (a.type < b.type ? -1 : 1));
}
