import { appendFileSync } from 'node:fs';

/** A gauge. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Replaces all metrics that a hook gave before by others, one at least. They appear on the engine's page `/metrics/hooks`. */
export function writeMetrics(file: string, group: string, metrics: readonly Metric[]): void {
  // The engine expires a group by itself when anything of that group is set.
  const lines = metrics.map((metric) => JSON.stringify({ group, action: 'set', ...metric }));
  appendFileSync(file, `${lines.join('\n')}\n`);
}
