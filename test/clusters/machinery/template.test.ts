import fc from 'fast-check';
import { AwsCluster, EksCluster, LocalCluster } from '../../../constructs';
import { specHash } from '../../../constructs/clusters/machinery';
import { objectsOf, renderCluster } from '../../support/clusters';
import { reference as eks, selfManaged } from '../eks/sample';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const pools = [
  { name: 'workers', replicas: 3, instanceType: 'm7i.xlarge', labels: { 'acme.example/tier': 'general' } },
];

function templates(yaml: string): string[] {
  const kinds = [
    'AWSMachineTemplate',
    'DevMachineTemplate',
    'KubeadmConfigTemplate',
    'NodeadmConfigTemplate',
  ];
  return kinds.flatMap((kind) => objectsOf(yaml, kind).map(({ metadata }) => metadata.name));
}

/*
 * These names change only when the spec that this library writes for the same input changes. Then every
 * cluster of every fleet replaces its machines on the day of the upgrade. Do not update them in passing: such
 * a change belongs in a major release, with a note of what rolls.
 */
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
    expect(templates(yaml)).toEqual([
      'prod-control-plane-8a08390f',
      'prod-workers-a4519262',
      'prod-workers-6e8b3b51',
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
    expect(templates(yaml)).toEqual([
      'prod-batch-b07a0ebe',
      'prod-workers-b07a0ebe',
      'prod-batch-9e458ff9',
      'prod-workers-e5316da0',
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
    expect(templates(yaml)).toEqual(
      {
        docker: ['dev-control-plane-d2ac42a7', 'dev-workers-d2ac42a7', 'dev-workers-4a2646e3'],
        inMemory: ['dev-control-plane-35f19836', 'dev-workers-15fda4e6', 'dev-workers-4a2646e3'],
      }[backend],
    );
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
