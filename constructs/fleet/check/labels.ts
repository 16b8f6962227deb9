import type { Problem } from '../../problem';

type Labels = Readonly<Record<string, string>>;

/**
 * Labels of a cluster that are written by hand and say something else than the cluster itself: every
 * placement by `name` or `provider` would miss it, or find another.
 */
export function checkLabels(path: string, written: Labels = {}, actual: Labels): Problem[] {
  return Object.entries(written)
    .filter(([key, value]) => actual[key] !== value)
    .map(([key, value]) => ({
      code: 'label-fixed',
      path,
      field: `labels.${key}`,
      value,
      problem: `is a label that every cluster has; here it is ${actual[key]}`,
      remedy: 'remove it, or use another key',
    }));
}
