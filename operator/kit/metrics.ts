import { appendFileSync } from 'node:fs';

/** A gauge. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Replaces all metrics that a hook gave before. They appear on the engine's page `/metrics/hooks`. */
export function writeMetrics(file: string, group: string, metrics: readonly Metric[]): void {
  const lines = metrics.map((metric) => JSON.stringify({ group, action: 'set', ...metric }));
  // The engine expires a group by itself when anything of that group is set.
  const operations = lines.length > 0 ? lines : [JSON.stringify({ group, action: 'expire' })];
  appendFileSync(file, `${operations.join('\n')}\n`);
}
