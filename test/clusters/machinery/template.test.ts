import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { AwsCluster, EksCluster, LocalCluster } from '../../../constructs';
import { TEMPLATES } from '../../../constructs/cluster-api/template-cleanup/kinds';
import { specHash, TEMPLATE_LABEL } from '../../../constructs/clusters/machinery';
import type { Manifest } from '../../../constructs/emit/manifest';
import { renderCluster } from '../../support/clusters';
import { parseObjects } from '../../support/fleet';
import { reference as eks, selfManaged } from '../eks/sample';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const pools = [
  { name: 'workers', replicas: 3, instanceType: 'm7i.xlarge', labels: { 'acme.example/tier': 'general' } },
];

/** The kinds of templates that the examples below have, as in `TEMPLATES`. */
const covered = new Set<string>();

/**
 * Expects the templates of a rendered cluster to have these names, by kind.
 *
 * The names change only when the spec that this library writes for the same input changes. Then every cluster of
 * every fleet replaces its machines on the day of the upgrade.
 */
function expectNames(yaml: string, expected: readonly string[]): void {
  const found = parseObjects(yaml).filter(isTemplate);
  for (const { apiVersion, kind } of found) covered.add(`${apiVersion}/${kind.toLowerCase()}s`);
  const names = found.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  if (isDeepStrictEqual(names, [...expected].sort())) return;
  throw new Error(
    `this change rolls every machine of every fleet that upgrades: templates have other names for the same input.
  were: ${[...expected].sort().join(', ')}
  are:  ${names.join(', ')}
Was it meant? If not, find what changed in the template's spec, a new default for instance, and leave it out where
nobody asks for it. If it was: it belongs in a major release, with a note that says which machines are replaced; write
the new names here in that same change.`,
  );
}

function isTemplate({ metadata }: Manifest): boolean {
  return metadata.labels?.[TEMPLATE_LABEL] === 'true';
}

describe('names of templates', () => {
  it('are these for EC2', () => {
    const yaml = renderCluster('prod', (fleet) => {
      new AwsCluster(fleet, 'prod', {
        kubernetesVersion: 'v1.36.3',
        networks,
        region: 'eu-central-1',
        zones: ['eu-central-1a'],
        controlPlane: { replicas: 3, instanceType: 'm7i.large' },
        image: { lookup: { org: '123456789012', baseOS: 'ubuntu-24.04' } },
        pools,
      });
    });
    expectNames(yaml, [
      'AWSMachineTemplate prod-control-plane-8a08390f',
      'AWSMachineTemplate prod-workers-a4519262',
      'KubeadmConfigTemplate prod-workers-6e8b3b51',
    ]);
  });

  it('are these for EKS', () => {
    const yaml = renderCluster('prod', (fleet) => {
      const labels = { 'acme.example/tier': 'general' };
      new EksCluster(fleet, 'prod', {
        ...eks,
        pools: [selfManaged, { ...selfManaged, name: 'workers', labels }],
      });
    });
    expectNames(yaml, [
      'AWSMachineTemplate prod-batch-b07a0ebe',
      'AWSMachineTemplate prod-workers-b07a0ebe',
      'NodeadmConfigTemplate prod-batch-9e458ff9',
      'NodeadmConfigTemplate prod-workers-e5316da0',
    ]);
  });

  it.each(['docker', 'inMemory'] as const)('are these for local machines by %s', (backend) => {
    const yaml = renderCluster('dev', (fleet) => {
      new LocalCluster(fleet, 'dev', {
        kubernetesVersion: 'v1.36.3',
        networks,
        controlPlane: { replicas: 1 },
        pools: pools.map(({ name, replicas, labels }) => ({ name, replicas, labels })),
        backend,
      });
    });
    const [controlPlane, workers] = {
      docker: ['d2ac42a7', 'd2ac42a7'],
      inMemory: ['35f19836', '15fda4e6'],
    }[backend];
    expectNames(yaml, [
      `DevMachineTemplate dev-control-plane-${controlPlane}`,
      `DevMachineTemplate dev-workers-${workers}`,
      'KubeadmConfigTemplate dev-workers-4a2646e3',
    ]);
  });

  it('have an example here for each kind that there is', () => {
    const kinds = Object.values(TEMPLATES).flat();
    const all = kinds.map(({ group, version, plural }) => `${group}/${version}/${plural}`);
    expect([...covered].sort()).toEqual(all.sort());
  });

  it('are no detail to be updated in passing, which a change of them says', () => {
    const yaml = JSON.stringify({
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
      kind: 'DevMachineTemplate',
      metadata: { name: 'dev-workers-00000000', labels: { [TEMPLATE_LABEL]: 'true' } },
    });
    const names = ['DevMachineTemplate dev-workers-d2ac42a7'];
    expect(() => expectNames(yaml, names)).toThrow(/rolls every machine.*major release/s);
  });
});

describe('specHash', () => {
  it('is this for this', () => {
    expect(specHash({ b: [1, { d: 'x', c: true }], a: null, e: undefined })).toBe('fa23a7a1');
  });

  it('does not depend on the order of keys, nor on members that are left out', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const reversed = Object.fromEntries(Object.entries(spec).reverse());
        expect(specHash({ ...reversed, '~left-out': undefined })).toBe(specHash(spec));
      }),
    );
  });

  it('tells lists by their order', () => {
    expect(specHash({ a: [1, 2] })).not.toBe(specHash({ a: [2, 1] }));
  });
});
