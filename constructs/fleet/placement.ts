import type { Problem } from '../problem';

/** Which clusters: a Kubernetes label selector over cluster labels. `{}` selects every cluster. */
export interface Placement {
  /** Every one of these labels has this value. */
  readonly matchLabels?: Readonly<Record<string, string>>;
  /** Every one of these expressions holds. */
  readonly matchExpressions?: readonly PlacementExpression[];
}

/** One expression of a label selector. */
export interface PlacementExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** For `In` and `NotIn`: at least one value. For the others: none. */
  readonly values?: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

/**
 * Says whether a placement selects a cluster with these labels.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function matches(placement: Placement, labels: Labels): boolean {
  return (
    Object.entries(placement.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (placement.matchExpressions ?? []).every((expression) => holds(expression, labels[expression.key]))
  );
}

function holds({ operator, values = [] }: PlacementExpression, label: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
  }
}

/** What is wrong with the selector itself. */
export function checkPlacement(path: string, placement: Placement): Problem[] {
  return (placement.matchExpressions ?? []).flatMap(({ operator, values }, i) => {
    const wantsValues = operator === 'In' || operator === 'NotIn';
    const known = wantsValues || operator === 'Exists' || operator === 'DoesNotExist';
    const at = { code: 'placement-invalid', path };
    if (!known) {
      return [
        {
          ...at,
          field: `placement.matchExpressions[${i}].operator`,
          value: operator,
          problem: 'is no operator of a label selector',
          remedy: 'use In, NotIn, Exists or DoesNotExist',
        },
      ];
    }
    if (wantsValues === Boolean(values?.length)) return [];
    return [
      {
        ...at,
        field: `placement.matchExpressions[${i}].values`,
        value: values,
        problem: wantsValues ? `${operator} needs at least one value` : `${operator} takes no values`,
        remedy: wantsValues ? 'list the values' : 'leave `values` out',
      },
    ];
  });
}
