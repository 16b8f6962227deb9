import { createHash } from 'node:crypto';
import { ApiObject, type Chart } from 'cdk8s';
import { groupOf } from '../../emit/manifest';
import { compare } from '../../emit/order';
import { type Reference, TEMPLATE_LABEL } from './reference';

/** A template of machines or of their bootstrap. */
export interface TemplateProps {
  /** Such as `infrastructure.cluster.x-k8s.io/v1beta2`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** What the name begins with. */
  readonly prefix: string;
  /** The whole spec, as plain data. */
  readonly spec: object;
}

/**
 * Adds a template whose name ends in a hash of its spec. Templates are immutable: a changed one gets a new
 * name, and Cluster API replaces the machines that were made from the old one.
 *
 * @see https://cluster-api.sigs.k8s.io/tasks/updating-machine-templates
 */
export function addTemplate(chart: Chart, id: string, props: TemplateProps): Reference {
  const { apiVersion, kind, prefix, spec } = props;
  const name = `${prefix}-${specHash(spec)}`;
  new ApiObject(chart, id, {
    apiVersion,
    kind,
    metadata: { name, labels: { [TEMPLATE_LABEL]: 'true' } },
    spec,
  });
  return { apiGroup: groupOf(apiVersion), kind, name };
}

/** Eight hexadecimal digits that are the same for the same spec, whatever the order of its keys. */
export function specHash(spec: object): string {
  return createHash('sha256').update(canonical(spec)).digest('hex').slice(0, 8);
}

/** JSON with sorted keys; what is undefined or null is not written to YAML and does not count. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .sort(([a], [b]) => compare(a, b))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
