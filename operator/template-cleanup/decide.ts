import { TEMPLATE_LABEL } from '../../constructs/clusters/machinery/reference';
import type { ApiObject } from './api';

/** A template, by what tells it from all others of its namespace. */
export interface Reference {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** Why a template stays. */
export type Reason = 'in use' | 'owned by no Cluster' | 'not made by Fleetwright' | 'being deleted';

/** What becomes of the templates of a namespace. */
export interface Decision {
  readonly remove: readonly ApiObject[];
  readonly stay: readonly (readonly [ApiObject, Reason])[];
}

/**
 * Decides which templates nothing uses any more: those with Fleetwright's label that a Cluster owns and to which
 * nothing refers. A Cluster owns a template from the moment something refers to it; one without an owner may be new,
 * and its pool not changed yet.
 */
export function decide(templates: readonly ApiObject[], references: readonly Reference[]): Decision {
  const used = new Set(references.map(keyOf));
  const judged = templates.map((template) => [template, reasonOf(template, used)] as const);
  return {
    remove: judged.filter(([, reason]) => reason === undefined).map(([template]) => template),
    stay: judged.flatMap(([template, reason]) => (reason ? [[template, reason] as const] : [])),
  };
}

function reasonOf(template: ApiObject, used: ReadonlySet<string>): Reason | undefined {
  const { labels = {}, ownerReferences = [], deletionTimestamp } = template.metadata;
  if (labels[TEMPLATE_LABEL] !== 'true') return 'not made by Fleetwright';
  if (used.has(keyOf(referenceTo(template)))) return 'in use';
  if (deletionTimestamp !== undefined) return 'being deleted';
  return ownerReferences.some(isCluster) ? undefined : 'owned by no Cluster';
}

function isCluster({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean {
  return kind === 'Cluster' && apiVersion.startsWith('cluster.x-k8s.io/');
}

function referenceTo({ apiVersion, kind, metadata }: ApiObject): Reference {
  return { apiGroup: apiVersion.split('/')[0] ?? '', kind, name: metadata.name };
}

function keyOf({ apiGroup, kind, name }: Reference): string {
  return `${apiGroup} ${kind} ${name}`;
}
