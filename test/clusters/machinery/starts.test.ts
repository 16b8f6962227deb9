import { isDeepStrictEqual } from 'node:util';
import { AwsCluster, EksCluster, type FirstBoot, LocalCluster } from '../../../constructs';
import { specHash } from '../../../constructs/clusters/machinery';
import type { Manifest } from '../../../constructs/emit/manifest';
import { renderCluster } from '../../support/clusters';
import { parseObjects } from '../../support/fleet';
import { reference as eks } from '../eks/sample';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const kubernetesVersion = 'v1.35.4';
const pool = { name: 'workers', replicas: 3, deletion: { drain: '30m' } };
const firstBoot: FirstBoot = {
  manifests: [{ url: 'https://mirror.example.com/cni.yaml', sha256: 'a'.repeat(64) }],
  secret: { name: 'first-boot' },
};

const localCluster = (more: { readonly firstBoot?: FirstBoot; readonly pools: readonly (typeof pool)[] }) =>
  renderCluster('dev', (fleet) => {
    new LocalCluster(fleet, 'dev', { kubernetesVersion, networks, controlPlane: { replicas: 1 }, ...more });
  });

/**
 * What Cluster API compares, beside templates, to find out whether a machine is up to date: how a control plane
 * starts, and of a MachineDeployment all that is not changed on a machine that runs.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api/blob/v1.14.0/core/reconcilers/machinedeployment/mdutil/util.go#L416
 */
function startOf({ kind, spec }: Manifest): object | undefined {
  if (kind === 'KubeadmControlPlane') return (spec as { kubeadmConfigSpec: object }).kubeadmConfigSpec;
  if (kind !== 'MachineDeployment') return undefined;
  const { template } = spec as { template: { spec: { deletion?: object } } };
  const { deletion: _, ...compared } = template.spec;
  return compared;
}

/**
 * Expects the control planes and pools of a rendered cluster to start their machines as they did, by hashes.
 *
 * These change only when what this library writes for the same input changes. Then every cluster of every fleet
 * replaces these machines on the day of the upgrade.
 */
function expectStarts(yaml: string, expected: readonly string[]): void {
  const found = new Map(
    parseObjects(yaml).flatMap((object): [string, object][] => {
      const start = startOf(object);
      return start ? [[`${object.kind} ${object.metadata.name} ${specHash(start)}`, start]] : [];
    }),
  );
  const names = [...found.keys()].sort();
  if (isDeepStrictEqual(names, [...expected].sort())) return;
  const changed = [...found].filter(([name]) => !expected.includes(name));
  throw new Error(
    `this change rolls machines of every fleet that upgrades: they start otherwise for the same input.
  were: ${[...expected].sort().join(', ')}
  are:  ${names.join(', ')}
  now:  ${changed.map(([name, start]) => `${name} ${JSON.stringify(start)}`).join('\n        ')}
Was it meant? If not, find what changed: in kubeadmConfigSpec of a control plane, of which the script of a first boot and
the fleet's source are part, or in the template of a MachineDeployment. Leave it out where nobody asks for it. If it was:
it belongs in a major release, with a note that says which machines are replaced; write the new hashes here in that
same change.`,
  );
}

describe('what machines start with', () => {
  it('is this on EC2', () => {
    const yaml = renderCluster('prod', (fleet) => {
      new AwsCluster(fleet, 'prod', {
        kubernetesVersion,
        networks,
        region: 'eu-central-1',
        zones: ['eu-central-1a'],
        controlPlane: { replicas: 3, instanceType: 'm7i.large' },
        pools: [{ ...pool, instanceType: 'm7i.large' }],
      });
    });
    expectStarts(yaml, [
      'KubeadmControlPlane prod-control-plane e9d2ff53',
      'MachineDeployment prod-workers-a f989758a',
    ]);
  });

  it('is this of a self-managed pool of EKS', () => {
    const yaml = renderCluster('prod', (fleet) => new EksCluster(fleet, 'prod', eks));
    expectStarts(yaml, [
      'MachineDeployment prod-batch-a 051e113f',
      'MachineDeployment prod-batch-b 82ca23fb',
    ]);
  });

  it('is this on local machines', () => {
    expectStarts(localCluster({ pools: [pool] }), [
      'KubeadmControlPlane dev-control-plane 9ea00395',
      'MachineDeployment dev-workers 93793924',
    ]);
  });

  it('is this on a control plane without workers', () => {
    expectStarts(localCluster({ pools: [] }), ['KubeadmControlPlane dev-control-plane cc5e1c64']);
  });

  it('is this on a machine that installs by itself', () => {
    expectStarts(localCluster({ firstBoot, pools: [pool] }), [
      'KubeadmControlPlane dev-control-plane ef32d7d8',
      'MachineDeployment dev-workers 93793924',
    ]);
  });

  it('is no detail to be updated in passing, which a change of it says', () => {
    const spec = { kubeadmConfigSpec: { joinConfiguration: {} } };
    const yaml = JSON.stringify({ kind: 'KubeadmControlPlane', metadata: { name: 'dev' }, spec });
    expect(() => expectStarts(yaml, ['KubeadmControlPlane dev 00000000'])).toThrow(
      /rolls machines.*joinConfiguration.*major release/s,
    );
  });

  it('is the same whatever is changed on a machine that runs', () => {
    const [with30m, without] = [pool, { ...pool, deletion: { drain: '1h' } }].map((one) =>
      parseObjects(localCluster({ pools: [one] })).flatMap((object) => startOf(object) ?? []),
    );
    expect(with30m).toEqual(without);
    expect(with30m).toHaveLength(2);
  });
});
