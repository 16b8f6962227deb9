import { ApiObject } from 'cdk8s';
import { ExistingCluster, type Fleet, FleetApp } from '../../../constructs';
import { until } from '../../stack/command';
import { fetchNow, type LiveCluster, LiveFleet, synced, syncOf } from '../../stack/live/live-fleet';
import { describeStack } from '../describe-stack';

const UNITS = ['shop', 'held', 'last'];

/** Apps that each have a ConfigMap, a Deployment without pods, and a claim to data. */
const fleetWith = (apps: readonly string[], finalizers?: string[]) => (fleet: Fleet) => {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  for (const name of apps) {
    new FleetApp(fleet, name, {
      namespace: name,
      placement: {},
      // Nothing here makes volumes, so nobody waits for one.
      sync: { wait: false, timeout: '30s' },
      define: (chart) => {
        const held = name === 'held' ? finalizers : undefined;
        const config = { metadata: { name, finalizers: held }, data: { app: name } };
        new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', ...config });
        new ApiObject(chart, 'web', {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name },
          spec: {
            replicas: 0,
            selector: { matchLabels: { app: name } },
            template: {
              metadata: { labels: { app: name } },
              spec: { containers: [{ name: 'web', image: 'registry.example.com/web:1.0.0' }] },
            },
          },
        });
        new ApiObject(chart, 'data', {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        });
      },
    });
  }
};

describeStack('an app that is removed from git', () => {
  let fleet: LiveFleet;
  let cluster: LiveCluster;
  beforeAll(async () => {
    fleet = await LiveFleet.start();
    const commit = await fleet.push(fleetWith(UNITS, ['example.com/hold']));
    cluster = await fleet.cluster('management', {
      controllers: ['source-controller', 'kustomize-controller'],
    });
    await fleet.connect(cluster);
    for (const name of UNITS) await synced(cluster, name, commit);
  });
  afterAll(() => fleet?.stop());

  /** What is there of the objects of one app. */
  async function left(name: string): Promise<string[]> {
    const kinds = 'configmap,deployment,persistentvolumeclaim,networkpolicy';
    const get = ['get', kinds, `--namespace=${name}`, '--output=name'];
    const all = (await cluster.server.kubectl.output(get)).trim().split('\n');
    return all.filter((one) => one !== 'configmap/kube-root-ca.crt').sort();
  }

  /** What nobody but a person deletes. */
  const kept = (name: string) => [
    'networkpolicy.networking.k8s.io/default-deny',
    `persistentvolumeclaim/${name}`,
  ];

  test('goes with all that it made, but for its Namespace and its data', async () => {
    const commit = await fleet.push(fleetWith(['held', 'last'], ['example.com/hold']));
    await fetchNow(cluster);
    await synced(cluster, 'fleet', commit);
    await until('its sync is gone', 120, async () => (await syncOf(cluster, 'shop')) === undefined);
    expect(await left('shop')).toEqual(kept('shop'));
    const phase = ['get', 'namespace', 'shop', '--output=jsonpath={.status.phase}'];
    expect(await cluster.server.kubectl.output(phase)).toBe('Active');
    expect(await left('last')).toHaveLength(4);
  });

  test('holds up no other when its own end hangs', async () => {
    await fleet.push(fleetWith(['last']));
    const commit = await fleet.push(fleetWith(['last', 'next']));
    await fetchNow(cluster);
    await synced(cluster, 'next', commit);
    await synced(cluster, 'last', commit);
    await until(
      'the rest of it goes',
      120,
      async () => !(await left('held')).includes('deployment.apps/held'),
    );
    // Flux deletes and does not wait: the object that hangs is the only thing of it that is left.
    expect(await left('held')).toEqual(['configmap/held', ...kept('held')]);
    const release = ['patch', 'configmap', 'held', '--namespace=held', '--type=merge'];
    await cluster.server.kubectl.output([...release, '--patch={"metadata":{"finalizers":null}}']);
    await until('it is gone', 60, async () => (await left('held')).length === 2);
  });
});
