import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AwsClusterProps } from '../../../constructs';
import type { Aws, Instance } from '../../stack/aws';
import { until } from '../../stack/command';
import { Flux } from '../../stack/flux';
import { fetchNow, type LiveCluster, type LiveFleet, synced } from '../../stack/live/live-fleet';
import { prepareCleanUp } from '../clusters/template-cleanup-job';
import { figure } from '../figures';
import { withClusters } from './clusters';
import type { AwsHub } from './fleet';
import { AwsMachines } from './machines';
import { leftOf, madeFor } from './made';

/** The pools of `addProd`, of which one has machines of another type. */
const withBatchOf = (instanceType: string): Partial<AwsClusterProps> => ({
  pools: [
    { name: 'general', replicas: 2, instanceType: 'm5.xlarge' },
    { name: 'batch', replicas: 2, instanceType, zones: ['eu-central-1b'] },
  ],
});

/** What the machines of a cluster may send to those of a role. */
const fromMachines = (role: string, ports: string) =>
  ['controlplane', 'node'].map((source) => `${role}: ${ports} from ${source}`);

const COLOR = ['get', 'configmap', 'color', '--namespace=sample', '--output=jsonpath={.data.color}'];
const OLDEST = '--sort-by=.metadata.creationTimestamp';
const FIRST = '--output=jsonpath={.items[0].metadata.name}';
/** As docs/protection.md has it, of the cluster and its boot releases. */
const MAY_GO = '{.items[*].metadata.annotations.fleetwright\\.dev/allow-deletion}';
const NAMES = '--output=jsonpath={.items[*].metadata.name}';
const SYNCS = ['prod-reach', 'prod-boot', 'prod-flux', 'prod-handoff'];

/** What is tested of an `AwsCluster`, beside the `EksCluster` of the same fleet. */
export function ec2Tests(there: () => AwsHub): void {
  let fleet: LiveFleet;
  let hub: LiveCluster;
  let prod: LiveCluster;
  let aws: Aws;
  let machines: AwsMachines;
  const started = Date.now();

  const kubectl = (...args: string[]) => hub.server.kubectl.output([...args, '--namespace=clusters']);
  const running = async () => (await aws.instances('prod')).filter(({ State }) => State.Name === 'running');
  const typesOf = (instances: readonly Instance[]) =>
    instances.map(({ InstanceType }) => InstanceType).sort();
  const batch = async () => (await running()).filter(({ InstanceType }) => InstanceType.startsWith('c5.'));
  const batchTemplates = async () =>
    (await kubectl('get', 'awsmachinetemplates', NAMES))
      .split(' ')
      .filter((name) => name.startsWith('prod-batch-'));
  const others = async () =>
    (await running())
      .filter(({ InstanceType }) => !InstanceType.startsWith('c5.'))
      .map(({ InstanceId }) => InstanceId)
      .sort();

  beforeAll(async () => {
    ({ fleet, hub, aws } = there());
    machines = await AwsMachines.start(fleet.stack, hub, aws, 'prod');
  });

  test('becomes machines of the declared types in the declared zones', async () => {
    await until('all machines have joined', 300, async () => {
      await machines.join();
      const nodes = 'jsonpath={.items[*].status.nodeRef.name}';
      return (await kubectl('get', 'machines', `--output=${nodes}`)).split(' ').length === 5;
    });
    const zones = ['eu-central-1a', 'eu-central-1b'];
    const ofCilium = ['icmp 8', 'tcp 4240', 'udp 8472'];
    expect(await madeFor(aws, 'prod')).toEqual({
      networks: ['10.20.0.0/16'],
      machines: [
        'c5.large eu-central-1b private',
        'c5.large eu-central-1b private',
        // Cluster API chooses the zone of the control plane's.
        expect.stringMatching(/^m5\.large eu-central-1[ab] private$/),
        'm5.xlarge eu-central-1a private',
        'm5.xlarge eu-central-1b private',
      ],
      subnets: [
        '10.20.32.0/19 eu-central-1a private',
        '10.20.4.0/22 eu-central-1a public',
        '10.20.64.0/19 eu-central-1b private',
        '10.20.8.0/22 eu-central-1b public',
      ],
      routes: zones.flatMap((zone) => [`${zone} private: nat`, `${zone} public: igw`]),
      loadBalancers: ['network internet-facing to TCP 6443, checked by HTTPS /readyz'],
      ports: [
        'apiserver-lb: tcp 6443 from 0.0.0.0/0',
        ...zones.map(() => 'apiserver-lb: tcp 6443 from a gateway'),
        ...ofCilium.flatMap((ports) => fromMachines('controlplane', ports)),
        'controlplane: tcp 2379 from controlplane',
        'controlplane: tcp 2380 from controlplane',
        'controlplane: tcp 6443 from apiserver-lb',
        ...fromMachines('controlplane', 'tcp 6443'),
        'lb: tcp 6443 from 10.20.0.0/16',
        ...ofCilium.flatMap((ports) => fromMachines('node', ports)),
        ...fromMachines('node', 'tcp 10250'),
        'node: tcp 30000-32767 from 10.20.0.0/16',
      ].sort(),
      volumes: Array(5).fill('50 gp3 encrypted'),
    });
  });

  test('gets Flux, which then applies the folder of its own', async () => {
    // As `flux reconcile` does: the next try is two minutes after the last.
    await hub.flux.look('kustomization', 'clusters', 'prod-reach');
    await until('Flux is applied', 300, async () => {
      await machines.runFlux();
      return (
        (await machines.server.kubectl.run(['get', 'deployment/helm-controller', '--namespace=flux-system']))
          .code === 0
      );
    });
    const options = { outside: fleet.outside, installed: true };
    prod = { server: machines.server, flux: await Flux.start(fleet.stack, machines.server, options) };
    await until('the management cluster has handed over', 300, async () => {
      await machines.runFlux();
      const wait = ['wait', 'kustomization', ...SYNCS, '--namespace=clusters', '--for=condition=Ready'];
      return (await hub.server.kubectl.run([...wait, '--timeout=2s'])).code === 0;
    });
    await until(
      'the color is there',
      120,
      async () => (await prod.server.kubectl.run(COLOR)).stdout === 'red',
    );
  });

  test('follows a commit without the management cluster', async () => {
    await fleet.lose(hub);
    expect((await hub.server.kubectl.run(['get', '--raw', '/readyz'])).code).not.toBe(0);
    const commit = await fleet.push(withClusters({ color: 'blue' }));
    await fetchNow(prod);
    await synced(prod, 'sample', commit);
    expect(await prod.server.kubectl.output(COLOR)).toBe('blue');
    await fleet.recover(hub);
    await synced(hub, 'sample', commit);
  });

  test('has the machines of a pool replaced by those of another type, and no others', async () => {
    const rendered = path.join(fleet.dist, 'management/controllers/template-cleanup/template-cleanup.yaml');
    const cleanUp = await prepareCleanUp(fleet.stack, hub.server, fs.readFileSync(rendered, 'utf8'));
    const [kept, [old = '']] = [await others(), await batchTemplates()];
    await fleet.push(withClusters({ color: 'blue', prod: withBatchOf('c5.xlarge') }));
    await fetchNow(hub);
    await until('a machine of the new type', 180, async () => typesOf(await batch()).includes('c5.xlarge'));
    // It has not joined, so that the rollout waits for it. Now one of the others is lost.
    const lost = await kubectl('get', 'machines', '--selector=fleetwright.dev/pool=batch', OLDEST, FIRST);
    await kubectl('delete', 'machine', lost, '--timeout=180s');
    await until('it is replaced by one of the old type', 180, async () => {
      return typesOf(await batch()).join() === 'c5.large,c5.large,c5.xlarge';
    });
    expect((await cleanUp()).stdout).toMatch(/^\d templates, 0 removed, \d in use\n$/);
    expect(await batchTemplates()).toContain(old);
    await until('the rollout is over', 300, async () => {
      await machines.join();
      const sets = await kubectl('get', 'machinesets', '--selector=fleetwright.dev/pool=batch', NAMES);
      return sets.split(' ').length === 1;
    });
    expect(typesOf(await batch())).toEqual(['c5.xlarge', 'c5.xlarge']);
    expect((await cleanUp()).stdout).toContain(`removed AWSMachineTemplate ${old}\n`);
    expect(await batchTemplates()).toEqual([expect.not.stringMatching(old)]);
    expect(await others()).toEqual(kept);
  });

  test('stays when its file is removed', async () => {
    const before = (await running()).map(({ InstanceId }) => InstanceId);
    fs.rmSync(path.join(fleet.dist, 'management/clusters/prod'), { recursive: true });
    fs.rmSync(path.join(fleet.dist, 'management/clusters/prod.yaml'));
    const list = path.join(fleet.dist, 'management/kustomization.yaml');
    fs.writeFileSync(list, fs.readFileSync(list, 'utf8').replace(/^.*clusters\/prod.*\n/gm, ''));
    const commit = await fleet.repository.commit('No prod');
    await fetchNow(hub);
    await synced(hub, 'fleet', commit);
    await until('its syncs are gone', 120, async () => {
      return !(await kubectl('get', 'kustomizations', NAMES))
        .split(' ')
        .some((name) => name.startsWith('prod'));
    });
    expect(await kubectl('get', 'cluster/prod', '--output=jsonpath={.metadata.deletionTimestamp}')).toBe('');
    expect((await running()).map(({ InstanceId }) => InstanceId)).toEqual(before);
  });

  test('is removed in two steps, with all that was made for it', async () => {
    await fleet.push(
      withClusters({ color: 'blue', prod: { ...withBatchOf('c5.xlarge'), teardown: 'allowed' } }),
    );
    await fetchNow(hub);
    await until('everything of it may go', 180, async () => {
      const answers = await kubectl('get', 'clusters,helmreleases', `--output=jsonpath=${MAY_GO}`);
      return answers.trim() === 'true true true true';
    });
    const commit = await fleet.push(
      withClusters({ color: 'blue', prod: { ...withBatchOf('c5.xlarge'), teardown: 'removed' } }),
    );
    await fetchNow(hub);
    await until('it is gone', 300, async () => {
      return (await kubectl('get', 'clusters', NAMES)) === 'shop';
    });
    await synced(hub, 'prod', commit, { namespace: 'clusters' });
    expect(await leftOf(aws, 'prod')).toEqual([]);
    expect(await kubectl('get', 'secrets', NAMES)).not.toContain('prod');
    figure('an AwsCluster from first commit to last', `${Math.round((Date.now() - started) / 1000)} s`);
  });
}
