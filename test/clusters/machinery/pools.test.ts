import {
  AwsCluster,
  type AwsNodePool,
  LocalCluster,
  type LocalControlPlane,
  type NodePool,
} from '../../../constructs';
import { distribute } from '../../../constructs/clusters/machinery';
import type { Manifest } from '../../../constructs/emit/manifest';
import { objectsOf, renderCluster } from '../../support/clusters';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const AUTOSCALER = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group';

/** Beside a pool with taints there must be one without. */
const open = { name: 'x-open', replicas: 1 };

function local(pool: Partial<NodePool>, controlPlane: Partial<LocalControlPlane> = {}): string {
  return renderCluster('dev', (fleet) => {
    new LocalCluster(fleet, 'dev', {
      kubernetesVersion: 'v1.36.3',
      networks,
      controlPlane: { replicas: 3, ...controlPlane },
      pools: [{ name: 'workers', replicas: 3, ...pool }, ...(pool.taints ? [open] : [])],
    });
  });
}

function ec2(pool: Partial<AwsNodePool>): string {
  return renderCluster('prod', (fleet) => {
    new AwsCluster(fleet, 'prod', {
      kubernetesVersion: 'v1.36.3',
      networks,
      region: 'eu-central-1',
      zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
      controlPlane: { replicas: 3, instanceType: 'm7i.large' },
      pools: [
        { name: 'workers', replicas: 3, instanceType: 'm7i.large', ...pool },
        ...(pool.taints ? [{ ...open, instanceType: 'm7i.large' }] : []),
      ],
    });
  });
}

const deployments = (yaml: string) => objectsOf(yaml, 'MachineDeployment');
/** The spec of the machines of the first machine deployment, or of the first bootstrap template. */
function template(yaml: string, kind = 'MachineDeployment'): Record<string, unknown> {
  const [first] = objectsOf(yaml, kind);
  expect(first).toBeDefined();
  return (first as unknown as { spec: { template: { spec: Record<string, unknown> } } }).spec.template.spec;
}

/** What an autoscaler reads. */
const ranges = ({ annotations = {} }: Manifest['metadata']) =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(AUTOSCALER)));

/** The kubelet's arguments of a pool's machines. */
function kubelet(yaml: string): Record<string, string> {
  const { joinConfiguration } = template(yaml, 'KubeadmConfigTemplate') as {
    joinConfiguration: { nodeRegistration: { kubeletExtraArgs: { name: string; value: string }[] } };
  };
  return Object.fromEntries(
    joinConfiguration.nodeRegistration.kubeletExtraArgs.map(({ name, value }) => [name, value]),
  );
}

describe('a pool that an autoscaler scales', () => {
  it('has no number of machines, and a range in each zone', () => {
    const range = { min: 2, max: 10 };
    expect(
      deployments(ec2({ replicas: range })).map(({ metadata, spec }) => [
        metadata.name,
        'replicas' in (spec as object),
        ranges(metadata),
      ]),
    ).toEqual([
      ['prod-workers-a', false, { [`${AUTOSCALER}-max-size`]: '4', [`${AUTOSCALER}-min-size`]: '1' }],
      ['prod-workers-b', false, { [`${AUTOSCALER}-max-size`]: '3', [`${AUTOSCALER}-min-size`]: '1' }],
      ['prod-workers-c', false, { [`${AUTOSCALER}-max-size`]: '3', [`${AUTOSCALER}-min-size`]: '0' }],
    ]);
  });

  it('may have no machine at times', () => {
    const [deployment] = deployments(local({ replicas: { min: 0, max: 1 } }));
    expect(deployment && ranges(deployment.metadata)).toEqual({
      [`${AUTOSCALER}-max-size`]: '1',
      [`${AUTOSCALER}-min-size`]: '0',
    });
  });

  it('is none with a number', () => {
    const [deployment] = deployments(local({ replicas: 0 }));
    expect(deployment?.spec).toMatchObject({ replicas: 0 });
    expect(deployment && ranges(deployment.metadata)).toEqual({});
  });

  it('keeps the templates of its machines when a number becomes a range', () => {
    const names = (yaml: string) =>
      deployments(yaml).map(
        ({ spec }) =>
          (spec as { template: { spec: { infrastructureRef: { name: string } } } }).template.spec
            .infrastructureRef.name,
      );
    expect(names(ec2({ replicas: { min: 3, max: 9 } }))).toEqual(names(ec2({ replicas: 3 })));
  });

  it('has shares that add up to its range', () => {
    const zones = ['c', 'a', 'b'];
    for (const [min, max] of [
      [0, 3],
      [1, 4],
      [5, 11],
    ] as const) {
      const shares = [...distribute({ min, max }, zones).values()];
      expect(shares.reduce((sum, share) => sum + share.min, 0)).toBe(min);
      expect(shares.reduce((sum, share) => sum + share.max, 0)).toBe(max);
      for (const share of shares) expect(share.min).toBeLessThanOrEqual(share.max);
    }
  });
});

describe('taints', () => {
  it('are what a kubelet registers with, in one order', () => {
    const taints: NodePool['taints'] = [
      { key: 'b.example/batch', value: 'only', effect: 'NoExecute' },
      { key: 'a.example/gpu', effect: 'NoSchedule' },
    ];
    const value = 'a.example/gpu=:NoSchedule,b.example/batch=only:NoExecute';
    expect(kubelet(local({ taints }))['register-with-taints']).toBe(value);
    expect(kubelet(local({ taints: [...taints].reverse() }))['register-with-taints']).toBe(value);
    expect(kubelet(ec2({ taints }))).toMatchObject({
      'cloud-provider': 'external',
      'register-with-taints': value,
    });
  });

  it('are left out where there are none', () => {
    expect(kubelet(local({}))).not.toHaveProperty('register-with-taints');
    expect(kubelet(local({ taints: [] }))).not.toHaveProperty('register-with-taints');
  });

  it('of a changed pool are those of new machines', () => {
    const name = (yaml: string) => objectsOf(yaml, 'KubeadmConfigTemplate')[0]?.metadata.name;
    const tainted = local({ taints: [{ key: 'a.example/gpu', effect: 'NoSchedule' }] });
    expect(name(tainted)).not.toBe(name(local({})));
  });
});

describe('a rollout', () => {
  it('is what was written, as numbers and as shares', () => {
    const strategy = (rollout: NodePool['rollout']) => deployments(local({ rollout }))[0]?.spec;
    expect(strategy({ maxSurge: '25%', maxUnavailable: 0 })).toMatchObject({
      rollout: {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      },
    });
    expect(strategy({ maxUnavailable: 2 })).toMatchObject({
      rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } },
    });
    expect(strategy(undefined)).not.toHaveProperty('rollout');
  });
});

describe("the end of a machine's life", () => {
  const deletion = { drain: '1h30m', volumeDetach: '10m', node: '30s' };
  const seconds = {
    nodeDrainTimeoutSeconds: 5400,
    nodeVolumeDetachTimeoutSeconds: 600,
    nodeDeletionTimeoutSeconds: 30,
  };

  it('has the time that a pool gives it', () => {
    expect(template(local({ deletion })).deletion).toEqual(seconds);
    expect(template(ec2({ deletion: { drain: '90s' } })).deletion).toEqual({ nodeDrainTimeoutSeconds: 90 });
    expect(template(local({}))).not.toHaveProperty('deletion');
  });

  it('has the time that a control plane gives it', () => {
    const [controlPlane] = objectsOf(local({}, { deletion }), 'KubeadmControlPlane');
    expect(controlPlane?.spec).toMatchObject({ machineTemplate: { spec: { deletion: seconds } } });
  });

  it('replaces no machine when it changes', () => {
    const templates = (yaml: string) =>
      ['DevMachineTemplate', 'KubeadmConfigTemplate'].flatMap((kind) =>
        objectsOf(yaml, kind).map(({ metadata }) => metadata.name),
      );
    expect(templates(local({ deletion }, { deletion }))).toEqual(templates(local({})));
  });
});
