import type { ApiObject } from '../../../operator/template-cleanup/api';
import { decide, type Reference } from '../../../operator/template-cleanup/decide';

const apiGroup = 'infrastructure.cluster.x-k8s.io';

function template(name: string, metadata: Partial<ApiObject['metadata']> = {}): ApiObject {
  return {
    apiVersion: `${apiGroup}/v1beta2`,
    kind: 'DevMachineTemplate',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      labels: { 'fleetwright.dev/template': 'true' },
      ownerReferences: [{ apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster' }],
      ...metadata,
    },
  };
}

const used: Reference = { apiGroup, kind: 'DevMachineTemplate', name: 'it' };

/** Why one template stays, or that it goes. */
function fate(one: ApiObject, references: readonly Reference[] = []): string {
  const { remove, stay } = decide([one], references);
  expect(remove.length + stay.length).toBe(1);
  return stay[0]?.[1] ?? 'goes';
}

describe('a template', () => {
  it('goes when a Cluster owns it and nothing refers to it', () => {
    expect(fate(template('it'))).toBe('goes');
  });

  it('stays as long as something refers to it', () => {
    expect(fate(template('it'), [used])).toBe('in use');
  });

  it.each<[string, Partial<Reference>]>([
    ['another name', { name: 'other' }],
    ['another kind', { kind: 'AWSMachineTemplate' }],
    ['another group', { apiGroup: 'bootstrap.cluster.x-k8s.io' }],
  ])('goes when what is referred to has %s', (_, other) => {
    expect(fate(template('it'), [{ ...used, ...other }])).toBe('goes');
  });

  it.each<[string, ApiObject['metadata']['ownerReferences']]>([
    ['nobody', undefined],
    ['nobody', []],
    ['a ClusterClass', [{ apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'ClusterClass' }]],
    ["another group's Cluster", [{ apiVersion: 'other.example/v1', kind: 'Cluster' }]],
    ["a group's that begins alike", [{ apiVersion: 'cluster.x-k8s.io.example/v1', kind: 'Cluster' }]],
  ])('stays when %s owns it: it may be new', (_, ownerReferences) => {
    expect(fate(template('it', { ownerReferences }))).toBe('owned by no Cluster');
  });

  it.each<[ApiObject['metadata']['labels']]>([
    [undefined],
    [{}],
    [{ 'fleetwright.dev/template': 'false' }],
    [{ template: 'true' }],
  ])('stays when its labels are %j: somebody else made it', (labels) => {
    expect(fate(template('it', { labels }))).toBe('not made by Fleetwright');
  });

  it('is left alone while it is being deleted', () => {
    expect(fate(template('it', { deletionTimestamp: '2026-01-01T00:00:00Z' }))).toBe('being deleted');
  });
});

it('judges each by itself', () => {
  const { remove, stay } = decide([template('old'), template('it'), template('older')], [used]);
  expect(remove.map(({ metadata }) => metadata.name)).toEqual(['old', 'older']);
  expect(stay.map(([{ metadata }, reason]) => [metadata.name, reason])).toEqual([['it', 'in use']]);
});
