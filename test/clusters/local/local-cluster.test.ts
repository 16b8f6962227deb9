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

const controlPlane: Required<LocalControlPlane> = {
  replicas: 1,
  unhealthyLimit: '100%',
  unhealthyAfter: '10m',
  startupTimeout: '20m',
  retries: { maxRetry: 3, retryPeriod: '10m', minHealthyPeriod: '2h' },
  deletion: { drain: '30m', volumeDetach: '10m', node: '30s' },
};
const pool: Required<LocalNodePool> = {
  name: 'workers',
  replicas: 2,
  kubernetesVersion: 'v1.35.4',
  labels: { 'acme.example/disk': 'none', 'node.cluster.x-k8s.io/tier': 'general' },
  taints: [{ key: 'acme.example/disk', value: 'none', effect: 'NoSchedule' }],
  rollout: { maxSurge: 0, maxUnavailable: '50%' },
  deletion: { drain: '30m', volumeDetach: '10m', node: '30s' },
  unhealthyLimit: 2,
  unhealthyAfter: '90s',
  startupTimeout: '1h',
  teardown: 'allowed',
};
/** But for `firstBoot`, which excludes `secretsFile` and has tests of its own. */
const allProps: Required<Omit<LocalClusterProps, 'firstBoot'>> = {
  labels: { env: 'dev' },
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16', 'fd00:10::/56'], services: ['10.96.0.0/16'] },
  connectedTo: [],
  tenants: [],
  secretsFile: 'test/support/flux.sops.yaml',
  teardown: 'allowed',
  cni: 'cilium',
  controlPlane,
  pools: [pool],
  backend: 'docker',
  versions: { flux: 'v2.7.4', cilium: '1.20.1' },
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
    const yaml = render({ ...allProps, backend: 'inMemory', versions: {} });
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
      'backends [field-unknown] is no field here; remove it, or use one of labels, kubernetesVersion, networks, connectedTo, tenants, secretsFile, versions, teardown, cni, firstBoot, controlPlane, pools, backend (did you mean "backend"?)',
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
      'pools[0] [field-malformed] is no object; write its fields in braces',
    ],
    [
      'a taint that no node can have',
      { pools: [{ ...pool, taints: [{ key: 'a b', effect: 'NoSchedule' }] }] },
      'pools[0].taints[0] [taint-malformed] is no taint that Kubernetes takes; use a key and value like those of labels, such as example.com/gpu and true',
    ],
    [
      'an effect that taints do not have',
      { pools: [{ ...pool, taints: [{ key: 'gpu', effect: 'Never' }] }] },
      'pools[0].taints[0].effect [value-unknown] is none of the values that it takes; use NoSchedule, PreferNoSchedule or NoExecute',
    ],
    [
      'a rollout by something else than machines',
      { pools: [{ ...pool, rollout: { maxSurge: '1' } }] },
      'pools[0].rollout.maxSurge [rollout-malformed] is no number of machines and no share of them; use a whole number, 0 or more, or a share such as 25%',
    ],
    [
      'a rollout that cannot begin',
      { pools: [{ ...pool, rollout: { maxSurge: '0%' } }] },
      'pools[0].rollout [rollout-stuck] allows neither a machine more nor one less: no machine could ever be replaced; make `maxSurge` or `maxUnavailable` 1 or more',
    ],
    [
      'a range that is upside down',
      { pools: [{ ...pool, replicas: { min: 3, max: 2 } }] },
      'pools[0].replicas [pool-replicas] is no range of machines; use whole numbers: `min` from 0 to `max`, and `max` 1 or more',
    ],
    [
      'a drain timeout without a unit',
      { pools: [{ ...pool, deletion: { drain: '30' } }] },
      'pools[0].deletion.drain [duration-malformed] is no Go duration; write it like 90s, 10m or 1h30m',
    ],
    [
      'retries that are no number',
      { controlPlane: { ...controlPlane, retries: { maxRetry: -1 } } },
      'controlPlane.retries.maxRetry [retries-invalid] is no number of replacements; use a whole number, 0 or more',
    ],
    [
      'secrets that are nowhere',
      { secretsFile: 'clusters/dev.sops.yaml' },
      'secretsFile [secrets-file-missing] is no file; encrypt one with `sops`, and write its path from where synth runs: see docs/clusters.md',
    ],
  ])('reports %s', (_, props, expected) => {
    expect(problems(props)).toContain(expected);
  });
});
