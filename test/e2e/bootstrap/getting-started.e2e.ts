import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../../stack/api-server';
import { TYPESCRIPT, until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { importedModules, waitForCrds } from '../../stack/crds';
import { Flux } from '../../stack/flux';
import { chartSites } from '../../stack/live/chart-sites';
import { fluxArtifact } from '../../stack/live/flux-artifact';
import { fetchNow, LiveFleet, synced } from '../../stack/live/live-fleet';
import { ROOT } from '../../support/folder';
import { edit, forkFleet } from '../../support/fork';
import { describeStack } from '../describe-stack';
import { DocsShell, quoted, shellBlocks } from '../docs-shell';

const blocks = shellBlocks('getting-started.md');

describeStack('docs/getting-started.md, command by command', () => {
  let fleet: LiveFleet;
  let hub: ApiServer;
  let flux: Promise<Flux> | undefined;
  let shell: DocsShell;
  const said: string[] = [];

  beforeAll(async () => {
    const modules = await importedModules();
    fleet = await LiveFleet.start(async (stack) => chartSites(stack, [], [await fluxArtifact(modules)]));
    const { repository, stack } = fleet;
    forkFleet(repository.folder);
    // Another version than the cluster's: who follows the page sets it.
    edit(repository.folder, 'clusters/management.ts', "'v1.36.3'", "'v1.35.4'");
    await repository.commit('This repository');
    hub = await stack.apiServer('management');
    await startControllerManager(stack, hub);
    shell = reader(fleet, hub);
  });
  afterAll(() => fleet?.stop());

  test('passes over few', () => {
    expect(blocks.filter(({ passed }) => passed).map(({ passed }) => passed)).toEqual([
      ...['needs Docker', '.ci/run does', 'asks you', 'your file'],
      'needs the signature service of the Flux project',
    ]);
  });

  const runs = blocks.filter(({ passed }) => !passed).map(({ text }) => text);

  // One after the other: what failed must not let the rest wait.
  let failed = false;
  test.each(runs)('%s', async (text) => {
    if (failed) throw new Error('a command before it failed');
    failed = true;
    // What runs in a cluster by itself runs beside it here, as soon as its kinds are there.
    if (text.includes('--yes')) flux = startFlux();
    said.push(await shell.output(text, text.startsWith('git clone') ? { cwd: shell.home } : {}));
    await flux;
    failed = false;
  });

  test('ends with a cluster that has what was committed', async () => {
    expect(said.at(-2)).toMatch(/^Hello$|Hello$/m);
    const live = { server: hub, flux: (await flux) as Flux };
    const { repository } = fleet;
    expect(readFileSync(path.join(shell.home, 'fleet/dist/management/kustomization.yaml'), 'utf8')).toContain(
      'fleetwright.dev/kubernetes-version: v1.36.3\n',
    );
    await repository.git('fetch', '--quiet');
    await repository.git('checkout', '--quiet', '--force', '-B', 'main', 'origin/friendlier');
    const commit = await repository.commit('The pull request is merged');
    await fetchNow(live);
    await synced(live, 'hello', commit);
    const get = ['get', 'configmap', 'page', '--namespace=hello', '--output=jsonpath={.data.greeting}'];
    expect(await hub.kubectl.output(get)).toBe('Good morning');
  });

  async function startFlux(): Promise<Flux> {
    await until('Flux has its controllers', 240, async () => {
      const get = ['get', 'deployments', '--namespace=flux-system', '--output=name'];
      return (await hub.kubectl.run(get)).stdout.includes('source-controller');
    });
    await waitForCrds(hub);
    return Flux.start(fleet.stack, hub, { outside: fleet.outside });
  }
});

/** A reader who has git with a name and a login, and this command from its sources. */
function reader({ stack, outside }: LiveFleet, hub: ApiServer): DocsShell {
  const home = stack.path('home');
  const fleetwright = quoted([...TYPESCRIPT, path.join(ROOT, 'cli', 'main.ts')]);
  const shell = DocsShell.create(
    { stack, outside },
    {
      ...{ servers: [hub], cwd: path.join(home, 'fleet') },
      env: { CDK8S_CHECK_UPGRADE: 'false', token: 'a token that any server would take' },
      programs: {
        npx: `case $1 in fleetwright) shift; exec ${fleetwright} "$@" ;; esac\nexec "node_modules/.bin/$@"`,
      },
    },
  );
  const config = [
    ...['[user]', 'name = reader', 'email = reader@example.com'],
    // The test's git server takes no push.
    ...[`[url "${stack.path('git', 'fleet.git')}"]`, 'pushInsteadOf = https://git.example.com/fleet.git'],
  ];
  writeFileSync(path.join(home, '.gitconfig'), config.join('\n'));
  return shell;
}
