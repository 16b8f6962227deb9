import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, readTree, temporaryFolder } from '../support/folder';
import { CDK8S, cdk8sSynth, edit, forkFleet } from '../support/fork';

const scratch = temporaryFolder('synth');
const committed = readTree(path.join(ROOT, 'dist'));

const fork = (name: string) => forkFleet(path.join(scratch, name));

describe('the committed dist/', () => {
  it.each([
    ['UTC', 'C'],
    ['Asia/Kolkata', 'tr_TR.UTF-8'],
    ['Pacific/Apia', 'de_DE.UTF-8'],
  ])('is what main.ts writes at %s in %s', (TZ, LANG) => {
    const outdir = path.join(scratch, `out-${LANG}`);
    const env = { ...process.env, TZ, LANG, LC_ALL: LANG };
    const result = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts', outdir], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    expect(result.stderr).toMatch(
      /: 4 clusters, \d+ objects in \d+ files; \d+ files added, 0 changed, 0 removed/,
    );
    expect(readTree(outdir)).toEqual(committed);
  });
});

describe('npx cdk8s synth', () => {
  it('writes dist/, deletes what is stale, and shows what changed', () => {
    const folder = fork('changed');
    fs.writeFileSync(path.join(folder, 'dist', 'prod-eu', 'stale.yaml'), 'kind: Stale\n');
    edit(folder, 'apps/podinfo.ts', 'replicas: 3', 'replicas: 4');
    const { status, stdout, stderr } = cdk8sSynth(folder);
    expect(stderr).toContain(
      '0 files added, 1 changed, 1 removed\n  - prod-eu/stale.yaml\n  ~ prod-eu/apps/podinfo/podinfo.yaml\n',
    );
    expect(stdout).toContain('- build/synth/prod-eu.yaml');
    expect(status).toBe(0);
    const written = readTree(path.join(folder, 'dist'));
    expect(Object.keys(written)).toEqual(Object.keys(committed));
    expect(written['prod-eu/apps/podinfo/podinfo.yaml']).toContain('replicas: 4');
  });

  it('prints the manifests with --stdout', () => {
    const { status, stdout } = cdk8sSynth(fork('stdout'), '--stdout');
    expect(status).toBe(0);
    for (const [file, text] of Object.entries(committed)) {
      if (file.endsWith('.yaml') && !file.endsWith('kustomization.yaml')) expect(stdout).toContain(text);
    }
  });

  it('leaves dist/ as it was when the fleet has problems, and prints them without a stack trace of its own', () => {
    const folder = fork('broken');
    edit(folder, 'clusters/prod-eu.ts', "pods: ['10.128.0.0/14']", "pods: ['10.132.0.0/14']");
    edit(folder, 'apps/status-page.ts', "values: ['edge']", "values: ['egde']");
    const { status, stderr } = cdk8sSynth(folder);
    expect(status).not.toBe(0);
    const own = stderr.slice(0, stderr.indexOf('Nothing was written.'));
    expect(own).toContain('2 problems');
    expect(own).toContain(
      'clusters/prod-eu [cidr-overlap]\n  networks.services[0] is "10.132.0.0/20": overlaps networks.pods[0] 10.132.0.0/14',
    );
    expect(own).toContain('apps/status-page [placement-empty]');
    expect(own).not.toMatch(/^\s+at /m);
    expect(readTree(path.join(folder, 'dist'))).toEqual(committed);
  });

  it('leaves dist/ as it was when the code throws', () => {
    const folder = fork('thrown');
    edit(folder, 'main.ts', 'return fleet;', "throw new Error('half way');");
    const { status, stderr } = cdk8sSynth(folder);
    expect(status).not.toBe(0);
    expect(stderr).toContain('half way');
    expect(readTree(path.join(folder, 'dist'))).toEqual(committed);
  });

  it('leaves a whole dist/ when it is killed at any moment', async () => {
    const folder = fork('killed');
    edit(folder, 'apps/podinfo.ts', 'replicas: 3', 'replicas: 4');
    let killed = 0;
    for (let i = 0; i < 8; i++) {
      const child = spawn(process.execPath, CDK8S, { cwd: folder, detached: true, stdio: 'ignore' });
      const ended = new Promise<NodeJS.Signals | null>((done) =>
        child.on('exit', (_, signal) => done(signal)),
      );
      await new Promise((done) => setTimeout(done, 250 * i + 100));
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It was done already.
      }
      if ((await ended) === 'SIGKILL') killed++;
      const left = readTree(path.join(folder, 'dist'));
      if (left['prod-eu/apps/podinfo/podinfo.yaml'] === committed['prod-eu/apps/podinfo/podinfo.yaml']) {
        expect(left).toEqual(committed);
      } else {
        expect(Object.keys(left)).toEqual(Object.keys(committed));
      }
    }
    expect(killed).toBeGreaterThan(0);
    expect(cdk8sSynth(folder).status).toBe(0);
    expect(readTree(path.join(folder, 'dist'))['prod-eu/apps/podinfo/podinfo.yaml']).toContain('replicas: 4');
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('.dist'))).toEqual([]);
  }, 120_000);

  it('refuses a change that would lose a cluster, and writes nothing', () => {
    const folder = fork('lost');
    edit(folder, 'clusters/prod-eu.ts', "pods: ['10.128.0.0/14']", "pods: ['10.136.0.0/14']");
    const { status, stderr } = cdk8sSynth(folder);
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      'clusters/prod-eu [field-immutable]\n  networks.pods is ["10.136.0.0/14"]: was ["10.128.0.0/14"]: every node',
    );
    expect(stderr).toContain('\nNothing was written.\n');
    expect(readTree(path.join(folder, 'dist'))).toEqual(committed);
  });

  it('drops a cluster that never ran once the fleet forgets it, and says so before everything else', () => {
    const folder = fork('gone');
    edit(folder, 'clusters/index.ts', "export { edgeLocal } from './edge-local';\n", '');
    edit(folder, 'apps/index.ts', "export { greeter } from './greeter';\n", '');
    edit(folder, 'apps/index.ts', "export { statusPage } from './status-page';\n", '');
    edit(folder, 'apps/index.ts', "export { redisRelease, sensors } from './sensors';\n", '');
    expect(cdk8sSynth(folder).stderr).toContain("add 'edge-local' to `forget` of the fleet for this change");
    edit(folder, 'main.ts', 'new Fleet({', "new Fleet({\n  forget: ['edge-local'],");
    const { stderr } = cdk8sSynth(folder);
    const [, second] = stderr.split('\n');
    expect(second).toContain(
      '  ! edge-local is in `forget`: what the change would lose of it was not looked at',
    );
  });

  it('does not take two files that claim one name', () => {
    const folder = fork('copied');
    fs.copyFileSync(path.join(folder, 'clusters/prod-eu.ts'), path.join(folder, 'clusters/prod-asia.ts'));
    edit(
      folder,
      'clusters/index.ts',
      "from './prod-eu';",
      "from './prod-eu';\nexport { prodEu } from './prod-asia';",
    );
    const { status } = cdk8sSynth(folder);
    expect(status).not.toBe(0);
    expect(readTree(path.join(folder, 'dist'))).toEqual(committed);
  });

  it('refuses a cdk8s.yaml whose output is the folder of the fleet, since that is emptied first', () => {
    const folder = fork('emptied');
    edit(folder, 'cdk8s.yaml', 'output: build/synth', 'output: dist');
    const { status, stderr } = cdk8sSynth(folder);
    expect(status).not.toBe(0);
    expect(stderr).toContain('cdk8s.yaml [outdir-emptied]\n  output is "dist"');
    expect(stderr).toContain('remedy: write `output: build/synth` there');
  });

  it('refuses to replace a folder that it did not write', () => {
    const folder = fork('foreign');
    fs.rmSync(path.join(folder, 'dist'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'dist'));
    fs.writeFileSync(path.join(folder, 'dist', 'precious.txt'), 'mine');
    const { status, stderr } = cdk8sSynth(folder);
    expect(status).not.toBe(0);
    expect(stderr).toContain('[outdir-foreign]');
    expect(readTree(path.join(folder, 'dist'))).toEqual({ 'precious.txt': 'mine' });
  });
});
