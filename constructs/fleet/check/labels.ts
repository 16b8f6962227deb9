import type { Problem } from '../../problem';
import { checkObjectName } from './names';

type Labels = Readonly<Record<string, string>>;

/**
 * Labels of a cluster that no placement could select by: their value is no label value, or they say something
 * else than the cluster itself.
 */
export function checkLabels(path: string, written: Labels = {}, actual: Labels): Problem[] {
  return Object.entries(written).flatMap(([key, value]) => {
    const at = { path, field: `labels.${key}`, value };
    if (!isLabelValue(value)) {
      return [
        {
          ...at,
          code: 'label-malformed',
          problem: 'is no label value',
          remedy: 'use a text of letters, digits, `-`, `_` and `.`, at most 63',
        },
      ];
    }
    if (actual[key] === value) return [];
    return [
      {
        ...at,
        code: 'label-fixed',
        problem: `is a label that every cluster has; here it is ${actual[key]}`,
        remedy: 'remove it, or use another key',
      },
    ];
  });
}

/** Whether Kubernetes takes something as the key of a label: a name, and a DNS subdomain before it or none. */
export function isLabelKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  const prefixed = prefix === undefined || checkObjectName('', '', prefix).length === 0;
  return more.length === 0 && prefixed && name !== '' && isLabelValue(name);
}

/** Whether Kubernetes takes something as the value of a label. */
export function isLabelValue(value: unknown): boolean {
  return typeof value === 'string' && /^(?![-_.])[\w.-]{0,63}(?<![-_.])$/.test(value);
}
