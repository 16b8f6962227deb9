import { ApiObject } from 'cdk8s';
import { AddOn, ExistingCluster, type Fleet } from '../../../constructs';
import { fetchNow, type LiveCluster, LiveFleet, synced } from '../../stack/live/live-fleet';

const fleetWith = (color: string) => (fleet: Fleet) => {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  new AddOn(fleet, 'sample', {
    layer: 'configs',
    namespace: 'sample',
    placement: {},
    define: (chart) => {
      new ApiObject(chart, 'color', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'color' },
        data: { color },
      });
    },
  });
};

describe('a fleet whose repository Flux reads', () => {
  let fleet: LiveFleet;
  let hub: LiveCluster;
  beforeAll(async () => {
    fleet = await LiveFleet.start();
    const commit = await fleet.push(fleetWith('red'));
    hub = await fleet.cluster('management');

    await fleet.connect(hub);
    await synced(hub, 'sample', commit);
  });
  afterAll(() => fleet?.stop());
  test('follows a commit', async () => {
    const commit = await fleet.push(fleetWith('blue'));
    await fetchNow(hub);
    await synced(hub, 'sample', commit);
    const color = ['get', 'configmap', 'color', '--namespace=sample', '--output=jsonpath={.data.color}'];
    expect(await hub.server.kubectl.output(color)).toBe('blue');
  });
});
