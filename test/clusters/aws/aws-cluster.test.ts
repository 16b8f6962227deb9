import {
  AwsCluster,
  type AwsClusterProps,
  type AwsControlPlane,
  type AwsNodePool,
} from '../../../constructs';
import type { Manifest } from '../../../constructs/emit/manifest';
import { objectsOf, renderCluster } from '../../support/clusters';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const controlPlane: Required<AwsControlPlane> = {
  replicas: 3,
  instanceType: 'm7i.large',
  volumeSize: 100,
  iamInstanceProfile: 'acme-control-plane',
  image: { id: 'ami-0123456789abcdef0', architecture: 'amd64' },
  unhealthyLimit: 1,
  unhealthyAfter: '10m',
  startupTimeout: '20m',
  retries: { maxRetry: 3, retryPeriod: '10m', minHealthyPeriod: '2h' },
  deletion: { drain: '30m', volumeDetach: '10m', node: '30s' },
};

const pool: Required<AwsNodePool> = {
  name: 'workers',
  replicas: { min: 3, max: 8 },
  kubernetesVersion: 'v1.35.4',
  labels: { 'acme.example/tier': 'general', 'node-role.kubernetes.io/worker': '' },
  instanceType: 'm7i.xlarge',
  volumeSize: 200,
  iamInstanceProfile: 'acme-nodes',
  image: { lookup: { org: '123456789012', format: 'acme-{{.BaseOS}}-{{.K8sVersion}}-*', baseOS: 'flatcar' } },
  taints: [
    { key: 'acme.example/gpu', effect: 'NoSchedule' },
    { key: 'acme.example/batch', value: 'only', effect: 'NoExecute' },
  ],
  rollout: { maxSurge: '25%', maxUnavailable: 0 },
  deletion: { drain: '30m', volumeDetach: '10m', node: '30s' },
  unhealthyLimit: '30%',
  unhealthyAfter: '10m',
  startupTimeout: '20m',
  zones: ['eu-central-1b', 'eu-central-1a'],
  teardown: 'allowed',
  spot: { maxPrice: '0.08' },
};

/** But for `firstBoot`, which excludes `secretsFile` and has tests of its own. */
const allProps: Required<Omit<AwsClusterProps, 'firstBoot'>> = {
  labels: { env: 'prod' },
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
  connectedTo: [],
  tenants: [],
  secretsFile: 'test/support/flux.sops.yaml',
  teardown: 'allowed',
  region: 'eu-central-1',
  zones: ['eu-central-1a', 'eu-central-1b'],
  controlPlane,
  pools: [pool],
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    subnets: [
      { id: 'subnet-0123456789abcdef2', zone: 'eu-central-1b' },
      { id: 'subnet-0123456789abcdef1', zone: 'eu-central-1a' },
      { id: 'subnet-0123456789abcdef3', zone: 'eu-central-1a', public: true },
    ],
  },
  cni: 'calico',
  cniIngressRules: [{ description: 'VXLAN', protocol: 'udp', fromPort: 8472, toPort: 8472 }],
  loadBalancer: { scheme: 'internet-facing', allowedCidrs: ['203.0.113.0/24'] },
  bastion: { allowedCidrs: ['203.0.113.7/32'], instanceType: 't3.micro' },
  identity: { kind: 'AWSClusterRoleIdentity', name: 'prod' },
  sshKeyName: 'operators',
  image: { id: 'ami-01234567' },
  versions: {
    flux: 'v2.7.4',
    calico: 'v3.31.6',
    cloudControllerManager: '0.0.10',
    cloudControllerManagerImage: 'v1.36.0',
    ebsCsi: '2.63.0',
  },
};

/** Three control-plane machines and three workers over three zones. */
const reference: AwsClusterProps = {
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
  region: 'eu-central-1',
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  controlPlane: { replicas: 3, instanceType: 'm7i.large' },
  pools: [{ name: 'workers', replicas: 3, instanceType: 'm7i.xlarge' }],
};

interface AvailabilityZone {
  readonly availabilityZone: string;
}

const render = (props: AwsClusterProps) =>
  renderCluster('prod', (fleet) => new AwsCluster(fleet, 'prod', props));
const deployments = (props: AwsClusterProps) => objectsOf(render(props), 'MachineDeployment');

describe('AwsCluster', () => {
  it('renders the reference: 3 + 3 machines over three zones', () => {
    const yaml = render(reference);
    expectGolden(__dirname, 'aws-cluster.golden.yaml', yaml);
    expectValid(yaml);
  });

  it('renders every prop', () => {
    const yaml = render(allProps);
    expectGolden(__dirname, 'aws-cluster-all-props.golden.yaml', yaml);
    expectValid(yaml);
  });

  it('spreads a pool over its zones, the first by name getting more', () => {
    const spread = deployments({
      ...reference,
      pools: [{ ...reference.pools[0], replicas: 5 } as AwsNodePool],
    });
    expect(spread.map(({ metadata, spec }) => [metadata.name, spec])).toMatchObject([
      ['prod-workers-a', { replicas: 2, template: { spec: { failureDomain: 'eu-central-1a' } } }],
      ['prod-workers-b', { replicas: 2, template: { spec: { failureDomain: 'eu-central-1b' } } }],
      ['prod-workers-c', { replicas: 1, template: { spec: { failureDomain: 'eu-central-1c' } } }],
    ]);
  });

  it('does not depend on the order of zones', () => {
    expect(render({ ...reference, zones: [...reference.zones].reverse() })).toBe(render(reference));
  });

  it('keeps the subnets of the others when a zone is added or taken away', () => {
    const subnets = (zones: string[]) =>
      objectsOf(render({ ...reference, zones }), 'AWSCluster')
        .flatMap(({ spec }) => (spec as { network: { subnets: AvailabilityZone[] } }).network.subnets)
        .filter(({ availabilityZone }) => availabilityZone === 'eu-central-1b');
    const alone = subnets(['eu-central-1b']);
    expect(alone).toMatchObject([{ cidrBlock: '10.20.64.0/19' }, { cidrBlock: '10.20.8.0/22' }]);
    expect(subnets(['eu-central-1a', 'eu-central-1b', 'eu-central-1g'])).toEqual(alone);
  });

  it('names no key pair by default: unset means one named default', () => {
    const [cluster] = objectsOf(render(reference), 'AWSCluster');
    expect(cluster?.spec).toMatchObject({ sshKeyName: '', bastion: { enabled: false } });
    for (const template of objectsOf(render(reference), 'AWSMachineTemplate')) {
      expect(template.spec).toMatchObject({ template: { spec: { sshKeyName: '' } } });
    }
  });

  it('gives a changed machine a template of a new name, and leaves the others', () => {
    const names = (props: AwsClusterProps) =>
      objectsOf(render(props), 'AWSMachineTemplate').map(({ metadata }) => metadata.name);
    const [controlPlane, workers] = names(reference);
    const changed = names({
      ...reference,
      pools: [{ ...reference.pools[0], instanceType: 'm7i.2xlarge' } as AwsNodePool],
    });
    expect(changed[0]).toBe(controlPlane);
    expect(changed[1]).not.toBe(workers);
  });

  it('takes spot machines at the price on demand, unless there is a limit', () => {
    const options = (spot: AwsNodePool['spot']) =>
      objectsOf(
        render({ ...reference, pools: [{ ...reference.pools[0], spot } as AwsNodePool] }),
        'AWSMachineTemplate',
      ).map(({ spec }) => (spec as { template: { spec: object } }).template.spec);
    const [controlPlane, workers] = options(true);
    expect(workers).toHaveProperty('spotMarketOptions', {});
    expect(controlPlane).not.toHaveProperty('spotMarketOptions');
    expect(options({ maxPrice: '0.08' })[1]).toHaveProperty('spotMarketOptions', { maxPrice: '0.08' });
    for (const none of [undefined, false]) expect(options(none)[1]).not.toHaveProperty('spotMarketOptions');
  });

  it('renders a cluster without workers', () => {
    const yaml = render({ ...reference, pools: [] });
    expect(objectsOf(yaml, 'MachineDeployment')).toEqual([]);
    expectValid(yaml);
  });

  it('lets pods run on the control plane where there are no workers, and nowhere else', () => {
    const taints = (pools: readonly AwsNodePool[]) => {
      const [found] = objectsOf(render({ ...reference, pools }), 'KubeadmControlPlane');
      const { kubeadmConfigSpec } = (found as Manifest).spec as {
        kubeadmConfigSpec: Record<string, { nodeRegistration: { taints?: readonly unknown[] } }>;
      };
      const { initConfiguration, joinConfiguration } = kubeadmConfigSpec;
      return [initConfiguration, joinConfiguration].map((phase) => phase?.nodeRegistration.taints);
    };
    expect(taints([])).toEqual([[], []]);
    expect(taints(reference.pools)).toEqual([undefined, undefined]);
    const removed = reference.pools.map((one) => ({ ...one, teardown: 'removed' as const }));
    expect(taints(removed)).toEqual([[], []]);
  });

  it('lets a pool of one machine replace it, and a larger one 40%', () => {
    const limits = (replicas: number) =>
      objectsOf(
        render({ ...reference, pools: [{ ...reference.pools[0], replicas } as AwsNodePool] }),
        'MachineHealthCheck',
      ).map(({ spec }) => (spec as { remediation: { triggerIf: object } }).remediation.triggerIf);
    expect(limits(1)).toEqual([{ unhealthyLessThanOrEqualTo: 1 }, { unhealthyLessThanOrEqualTo: 1 }]);
    expect(limits(3)).toEqual([{ unhealthyLessThanOrEqualTo: 1 }, { unhealthyLessThanOrEqualTo: '40%' }]);
  });
});
