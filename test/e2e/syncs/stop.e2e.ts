import { ExistingCluster, type Fleet } from '../../../constructs';
import { CLUSTERS_NAMESPACE } from '../../../constructs/flux/wiring/names';
import { fetchNow, type LiveCluster, LiveFleet, synced } from '../../stack/live/live-fleet';
import { addSample } from '../../stack/live/sample';
import { settle } from '../../stack/live/settle';
import { describeStack } from '../describe-stack';
import { DocsShell, namedBlocks } from '../docs-shell';

const fleetWith = (color: string) => (fleet: Fleet) => {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  new ExistingCluster(fleet, 'other', { kubernetesVersion: 'v1.36.3' });
  addSample(fleet, color);
};

describeStack('a fleet whose repository Flux reads', () => {
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

  const color = () => {
    const value = '--output=jsonpath={.data.color}';
    return hub.server.kubectl.output(['get', 'configmap', 'color', '--namespace=sample', value]);
  };

  test('follows none while all fetching is stopped, as docs/security.md has it', async () => {
    const shell = DocsShell.create(fleet, { servers: [hub.server], cwd: fleet.repository.folder });
    const blocks = namedBlocks('security.md');
    const suspended = async () =>
      (await shell.output(blocks.get('suspended') ?? 'false'))
        .match(/^.* true$/gm)
        ?.map((line) => line.split(/ +/));
    expect(await suspended()).toBeUndefined();
    await shell.output(blocks.get('stop') ?? 'false');
    const sources = [CLUSTERS_NAMESPACE, 'flux-system'].map((namespace) => [
      'GitRepository',
      namespace,
      'fleet',
      'true',
    ]);
    expect(await suspended()).toEqual(sources);
    const commit = await fleet.push(fleetWith('green'));
    await settle(hub);
    expect(await color()).toBe('red');
    expect(await suspended()).toEqual(sources);
    await shell.output((blocks.get('stop') ?? 'false').replaceAll('true', 'false'));
    await fetchNow(hub);
    await synced(hub, 'sample', commit);
    expect(await color()).toBe('green');
  });
});
