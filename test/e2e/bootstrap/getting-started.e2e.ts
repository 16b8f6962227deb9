import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
import { forkFleet } from '../../support/fork';
import { describeStack } from '../describe-stack';
import { runThere } from './command';

/** The shell of a page: what stands above each block, if it is one that a test cannot run, and its text. */
function blocksOf(page: string): { readonly passed: string | undefined; readonly text: string }[] {
  const text = readFileSync(path.join(ROOT, 'docs', page), 'utf8');
  const pattern = /(?:<!-- not run by the test: (.+) -->\n)?```sh\n([\s\S]*?)```/g;
  return [...text.matchAll(pattern)].map(([, passed, block = '']) => ({ passed, text: block }));
}

const blocks = blocksOf('getting-started.md');

describeStack('docs/getting-started.md, command by command', () => {
  let fleet: LiveFleet;
  let hub: ApiServer;
  let flux: Promise<Flux> | undefined;
  let home: string;
  const said: string[] = [];

  beforeAll(async () => {
    const modules = await importedModules();
    fleet = await LiveFleet.start(async (stack) => chartSites(stack, [], [await fluxArtifact(modules)]));
    const { repository, stack } = fleet;
    forkFleet(repository.folder);
    await repository.commit('This repository');
    hub = await stack.apiServer('management');
    await startControllerManager(stack, hub);
    home = stack.path('home');
    mkdirSync(home);
    writeTools(home, stack.path('git', 'fleet.git'));
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
    const folder = text.startsWith('git clone') ? home : path.join(home, 'fleet');
    const env = {
      ...{ HOME: home, CDK8S_CHECK_UPGRADE: 'false', token: 'a token that any server would take' },
      ...{ GIT_CONFIG_GLOBAL: path.join(home, 'gitconfig') },
    };
    const command = ['bash', '-euo', 'pipefail', '-c', text];
    const ran = await runThere(fleet.stack, fleet.outside, command, {
      ...{
        kubeconfig: hub.kubeconfig,
        cwd: folder,
        env,
        bin: path.join(home, 'bin'),
      },
    });
    said.push(ran.stdout);
    if (ran.code !== 0) throw new Error(`${ran.stdout}${ran.stderr}`);
    await flux;
    failed = false;
  });

  test('ends with a cluster that has what was committed', async () => {
    expect(said.at(-2)).toMatch(/^Hello$|Hello$/m);
    const live = { server: hub, flux: (await flux) as Flux };
    const { repository } = fleet;
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

/** What the machine of a reader has: git with a name and a login, and this command from its sources. */
function writeTools(home: string, served: string): void {
  mkdirSync(path.join(home, 'bin'));
  const config = [
    ...['[user]', 'name = reader', 'email = reader@example.com'],
    // The test's git server takes no push.
    ...[`[url "${served}"]`, 'pushInsteadOf = https://git.example.com/fleet.git'],
  ];
  writeFileSync(path.join(home, 'gitconfig'), config.join('\n'));
  const run = [...TYPESCRIPT, path.join(ROOT, 'cli', 'main.ts')].map((word) => `'${word}'`).join(' ');
  const npx = `#!/bin/sh\ncase $1 in fleetwright) shift; exec ${run} "$@" ;; esac\nexec "node_modules/.bin/$@"\n`;
  writeFileSync(path.join(home, 'bin', 'npx'), npx);
  chmodSync(path.join(home, 'bin', 'npx'), 0o755);
}
