import {
  LocalCluster,
  type LocalClusterProps,
  type LocalControlPlane,
  type LocalNodePool,
} from '../../../constructs';
import { objectsOf, readings, renderCluster } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const controlPlane: Required<LocalControlPlane> = { replicas: 1, unhealthyLimit: '100%' };
const pool: Required<LocalNodePool> = {
  name: 'workers',
  replicas: 2,
  kubernetesVersion: 'v1.35.4',
  labels: { 'acme.example/disk': 'none', 'node.cluster.x-k8s.io/tier': 'general' },
  unhealthyLimit: 2,
  teardown: 'allowed',
};
const allProps: Required<LocalClusterProps> = {
  labels: { env: 'dev' },
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16', 'fd00:10::/56'], services: ['10.96.0.0/16'] },
  connectedTo: [],
  tenants: [],
  teardown: 'allowed',
  controlPlane,
  pools: [pool],
  backend: 'docker',
};

const render = (props: LocalClusterProps) =>
  renderCluster('dev', (fleet) => new LocalCluster(fleet, 'dev', props));

function problems(props: object): string[] {
  const fleet = emptyFleet();
  new LocalCluster(fleet, 'dev', { ...allProps, ...props });
  return readings(fleet);
}

describe('LocalCluster', () => {
  it('renders every prop', () => {
    const yaml = render(allProps);
    expectGolden(__dirname, 'local-cluster.golden.yaml', yaml);
    expectValid(yaml);
  });

  it('makes containers by default', () => {
    const { backend: _, ...props } = allProps;
    expect(render(props)).toBe(render(allProps));
  });

  it('makes nothing but API objects in memory', () => {
    const yaml = render({ ...allProps, backend: 'inMemory' });
    expectValid(yaml);
    expect(objectsOf(yaml, 'DevCluster')[0]?.spec).toEqual({ backend: { inMemory: {} } });
    const parts = objectsOf(yaml, 'DevMachineTemplate').map(({ spec }) =>
      Object.keys(
        (spec as { template: { spec: { backend: { inMemory: object } } } }).template.spec.backend.inMemory,
      ),
    );
    expect(parts).toEqual([
      ['apiServer', 'etcd', 'node', 'vm'],
      ['node', 'vm'],
    ]);
  });

  it.each<[string, object, string]>([
    [
      'a misspelt field',
      { backends: 'docker' },
      'backends [field-unknown] is no field here; remove it, or use one of labels, kubernetesVersion, networks, connectedTo, tenants, teardown, controlPlane, pools, backend (did you mean "backend"?)',
    ],
    ['no networks', { networks: undefined }, 'networks [field-missing] is required; add `networks`'],
    [
      'no services',
      { networks: { pods: ['10.244.0.0/16'], services: [] } },
      'networks.services [networks-empty] has no block; give services a block of addresses, such as 10.96.0.0/16',
    ],
    [
      'a backend that is none',
      { backend: 'podman' },
      'backend [backend-unknown] is nothing that local machines are made of; use docker or inMemory',
    ],
    [
      'a pool that is none',
      { pools: ['workers'] },
      'pools[0] [field-malformed] is no object; write its fields in braces: name, replicas, kubernetesVersion, labels, teardown, unhealthyLimit',
    ],
  ])('reports %s', (_, props, expected) => {
    expect(problems(props)).toContain(expected);
  });
});
