import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, temporaryFolder } from '../support/folder';

const scratch = temporaryFolder('validate');

/** Runs the command as a person does, from a folder that is not the repository's. */
const fleetwright = (...args: string[]) => run(args, process.env);

function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const command = [
    '--import',
    path.join(ROOT, 'node_modules/tsx/dist/loader.mjs'),
    path.join(ROOT, 'cli/main.ts'),
  ];
  return spawnSync(process.execPath, [...command, ...args], { cwd: scratch, env, encoding: 'utf8' });
}

/** A copy of the committed dist/ with one file changed. */
function broken(name: string, file: string, change: (text: string) => string): string {
  const dist = path.join(scratch, name);
  fs.cpSync(path.join(ROOT, 'dist'), dist, { recursive: true });
  const target = path.join(dist, file);
  const text = fs.readFileSync(target, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  fs.writeFileSync(target, changed);
  return dist;
}

const WEB = 'edge-local/apps/status-page/status-page.yaml';

describe('fleetwright validate', () => {
  it('passes the committed dist/, and names the kinds that it cannot judge', () => {
    const { status, stdout, stderr } = fleetwright('validate', path.join(ROOT, 'dist'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /dist\/: \d+ documents match their schemas\n {2}no schema for fleetwright.dev\/v1alpha1\/RedisBackup: not judged\n$/,
    );
    expect(status).toBe(0);
  });

  it('passes values that SOPS encrypted, also those that were in base64, but no other that are not', () => {
    const dist = broken('encrypted', 'management/clusters/prod-eu/handoff/secrets.yaml', (text) =>
      [
        text.replaceAll('stringData:', 'data:'),
        'apiVersion: v1\nkind: Secret\nmetadata: null\ndata: { a: "ENC[" }\n',
      ].join('---\n'),
    );
    const { stderr } = fleetwright('validate', dist);
    expect(stderr).toMatch(/^ {2}data\.a: Secret: of it would be readable in git/m);
    expect(stderr).toMatch(/ data\.a is "ENC\[": must match pattern /);
  });

  it.each([
    [
      'a Secret',
      'stringData: { password: hunter2 }',
      'stringData.password',
      'of it would be readable in git, for ever',
    ],
    [
      'a private key in any object',
      'data: { key: AGE-SECRET-KEY-1QQ }',
      '',
      'holds a private key, which would be readable in git, for ever',
    ],
  ])('refuses %s that somebody put there in the clear', (what, data, field, problem) => {
    const kind = field ? 'Secret' : 'ConfigMap';
    const object = `---\napiVersion: v1\nkind: ${kind}\nmetadata: { name: smtp, namespace: mail }\n${data}\n`;
    const dist = broken(what.replaceAll(' ', '-'), WEB, (text) => text + object);
    const { status, stderr } = fleetwright('validate', dist);
    expect(stderr).toBe(
      [
        '1 problem\n',
        `${path.join(dist, WEB)} ${kind} mail/smtp [secret-plaintext]`,
        `  ${field ? `${field}: ` : ''}${kind} smtp: ${problem}`,
        '  remedy: encrypt it with SOPS, or let External Secrets, cert-manager or the operator make it\n',
      ].join('\n'),
    );
    expect(status).toBe(1);
  });

  it('refuses values that kustomize would make a Secret of', () => {
    const file = 'edge-local/apps/status-page/kustomization.yaml';
    const generator = '{ name: smtp, literals: [password=hunter2] }';
    const dist = broken('generator', file, (text) => `${text}secretGenerator: [${generator}]\n`);
    const { status, stderr } = fleetwright('validate', dist);
    expect(stderr).toContain(
      `${path.join(dist, file)} Kustomization [secret-plaintext]\n` +
        '  secretGenerator: Kustomization: of it would be readable in git, for ever\n',
    );
    expect(stderr).not.toContain('hunter2');
    expect(status).toBe(1);
  });

  it.each([
    [
      'a misspelt field',
      WEB,
      (text: string) => text.replace('replicas: 1', 'replica: 1'),
      'Deployment status-page/status-page [field-unknown]\n  spec.replica is 1: is no field of Deployment\n  remedy: correct the name (did you mean "replicas"?)',
    ],
    [
      'a wrong type',
      WEB,
      (text: string) => text.replace('replicas: 1', 'replicas: "one"'),
      '[schema-type]\n  spec.replicas is "one": must be integer',
    ],
    [
      'a missing field',
      'management/flux.yaml',
      (text: string) => text.replace('  prune: true\n', ''),
      "Kustomization flux-system/fleet [schema-required]\n  spec: must have required property 'prune'",
    ],
    [
      'a value that is none of the allowed ones',
      'management/clusters/prod-eu.yaml',
      (text: string) => text.replace('deletionPolicy: Orphan', 'deletionPolicy: Keep'),
      '[schema-enum]\n  spec.deletionPolicy is "Keep": must be equal to one of the allowed values\n  remedy: use one of MirrorPrune, Delete, WaitForTermination, Orphan',
    ],
    [
      'a kind that its group does not have',
      WEB,
      (text: string) => text.replace('kind: Deployment', 'kind: Deploymnt'),
      '[kind-unknown]\n  kind is "apps/v1/Deploymnt": is no kind of Kubernetes 1.35, nor of the pinned definitions',
    ],
    ['a document that is no object', WEB, (text: string) => `${text}---\n- a\n`, '[object-malformed]'],
    [
      'a version with more behind it',
      'prod-eu/kustomization.yaml',
      (text: string) => text.replace('v1.35.4', 'v1.35.4x'),
      '[schema-version]',
    ],
    ['YAML that is none', WEB, (text: string) => text.replace('spec:', 'spec: ['), '[yaml-malformed]'],
    [
      'a cluster of an unknown version',
      'prod-eu/kustomization.yaml',
      (text: string) => text.replace('v1.35.4', 'v1.12.0'),
      '[schema-version]\n  metadata.annotations.fleetwright.dev/kubernetes-version is "v1.12.0": is no version that can be judged\n  remedy: use one from v1.31 to v1.36, or add its schemas to imports/',
    ],
  ])('reports %s', (name, file, change, expected) => {
    const { status, stderr } = fleetwright('validate', broken(name.replaceAll(' ', '-'), file, change));
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });

  it.each(['v1.30.9', 'v1.37.0'])('does not judge %s, which Cluster API does not make', (version) => {
    const dist = broken(version, 'prod-eu/kustomization.yaml', (text) => text.replace('v1.35.4', version));
    const { status, stderr } = fleetwright('validate', dist);
    expect(stderr).toContain(`1 problem

${dist}/prod-eu/kustomization.yaml [schema-version]
  metadata.annotations.fleetwright.dev/kubernetes-version is "${version}": is no version that can be judged
  remedy: use one from v1.31 to v1.36, or add its schemas to imports/
`);
    expect(status).toBe(1);
  });

  it('judges an older version that Cluster API makes by the nearest schemas, and says so once', () => {
    const dist = broken('older', 'prod-eu/kustomization.yaml', (text) => text.replace('v1.35.4', 'v1.31.9'));
    for (const [cluster, version] of [
      ['prod-us', 'v1.34.1'],
      ['edge-local', 'v1.34.2'],
    ]) {
      const file = path.join(dist, cluster ?? '', 'kustomization.yaml');
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replace(/v1\.35\.\d+/, version ?? ''));
    }
    const { status, stdout, stderr } = fleetwright('validate', dist);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /documents match their schemas\n {2}v1.31: judged by the schemas of 1.35, the nearest\n {2}v1.34: judged by the schemas of 1.35, the nearest\n {2}no schema for/,
    );
    expect(status).toBe(0);
  });

  it('reports aliases, and a list that is a pipe', () => {
    const dist = broken('odd-files', WEB, (text) => `${text}---\na: &a [1]\nb: *a\n`);
    const list = path.join(dist, 'prod-eu/kustomization.yaml');
    fs.rmSync(list);
    execFileSync('mkfifo', [list]);
    const { status, stderr } = fleetwright('validate', dist);
    expect(stderr).toMatch(/^2 problems\n/);
    expect(stderr).toContain(`${dist}/${WEB} [yaml-malformed]\n  Alias resolution is disabled\n`);
    expect(stderr).toContain(`${list} [schema-version]`);
    expect(status).toBe(1);
  });

  it('wants the whole of dist/, not the folder of one cluster', () => {
    const { status, stderr } = fleetwright('validate', path.join(ROOT, 'dist/prod-eu'));
    expect(status).toBe(1);
    expect(stderr).toContain(
      '/dist/prod-eu [dist-missing]\n  is the folder of one cluster\n' +
        `  remedy: name ${path.join(ROOT, 'dist')}, not a cluster's folder in it\n`,
    );
  });

  it('says when there is nothing to validate', () => {
    const { status, stderr } = fleetwright('validate', 'nowhere');
    expect(stderr).toContain(
      'nowhere [dist-missing]\n  is no folder with a folder for each cluster\n  remedy: run `npx cdk8s synth` first',
    );
    expect(status).toBe(1);
  });
});

describe('fleetwright validate --base', () => {
  const dist = path.join(ROOT, 'dist');
  const PROD = 'management/clusters/prod-eu/prod-eu.yaml';

  it('passes a change that loses nothing', () => {
    const base = broken('replicas', PROD, (text) => text.replace('replicas: 1', 'replicas: 2'));
    const { status, stdout, stderr } = fleetwright('validate', dist, '--base', base);
    expect(stderr).toBe('');
    expect(stdout).toContain(`\n  no cluster is lost by the change from ${base}\n`);
    expect(status).toBe(0);
  });

  it('reports what a change would lose, beside what is wrong anyway', () => {
    const after = broken('moved', PROD, (text) => text.replace('region: eu-central-1', 'region: eu-west-1'));
    fs.rmSync(path.join(after, 'management/clusters/edge-local'), { recursive: true });
    fs.appendFileSync(path.join(after, WEB), '---\n- a\n');
    const { status, stderr } = fleetwright('validate', after, '--base', dist);
    expect(stderr).toMatch(/^3 problems\n/);
    expect(stderr).toContain('clusters/edge-local [cluster-dropped]\n  is no longer in the fleet');
    expect(stderr).toContain(
      'clusters/prod-eu [field-immutable]\n  region is "eu-west-1": was "eu-central-1"',
    );
    expect(stderr).toContain('[object-malformed]');
    expect(status).toBe(1);
  });

  it('does not look at clusters that the fleet forgets, and says so', () => {
    const LIST = 'management/kustomization.yaml';
    const forget = (names: string) => (text: string) =>
      text.replace('  annotations:\n', `  annotations:\n    fleetwright.dev/forget: ${names}\n`);
    const after = broken('forgets', LIST, forget('edge-local'));
    fs.rmSync(path.join(after, 'management/clusters/edge-local'), { recursive: true });
    fs.rmSync(path.join(after, 'management/clusters/edge-local.yaml'));
    fs.rmSync(path.join(after, 'edge-local'), { recursive: true });
    const { status, stdout, stderr } = fleetwright('validate', after, '--base', dist);
    expect(stderr).toBe('');
    expect(stdout).toContain(
      `\n  ! edge-local is in \`forget\`: what the change would lose of it was not looked at. Take it out with the next change\n  nothing else is lost by the change from ${dist}\n`,
    );
    expect(status).toBe(0);
    // With the next change it is nowhere but in the base's own list.
    expect(fleetwright('validate', after, '--base', after)).toMatchObject({ status: 0, stderr: '' });
    const slip = broken('slip', LIST, forget('edge-loca'));
    expect(fleetwright('validate', slip, '--base', dist).stderr).toContain(
      'forget is "edge-loca": is no cluster of the fleet, and was none before the change\n  remedy: correct the name, or take it out (did you mean "edge-local"?)',
    );
  });

  it.each([
    ['--base build/base', 'true', ['build/base'], 'build/base'],
    ['dist --base build/base', 'true', ['dist', 'build/base'], 'build/base'],
    ['--base=build/base', 'build/base', [], 'build/base'],
    ['--base', 'true', [], '<folder>'],
  ])('says that npm took the option in `npm run validate %s`', (_, npm_config_base, left, base) => {
    const { status, stdout, stderr } = run(['validate', ...left], { ...process.env, npm_config_base });
    expect(stderr).toMatch(
      `npm took --base for itself, so that nothing would be compared: npm run validate -- --base ${base}\n`,
    );
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('reports what of the base it cannot read, and reads nothing that is no file', () => {
    const base = broken('conflict', PROD, (text) => text.replace('spec:', '<<<<<<< HEAD\nspec:'));
    const own = path.join(base, 'management/clusters/edge-local');
    fs.mkdirSync(path.join(own, 'a.yaml'));
    fs.symlinkSync('nowhere', path.join(own, 'b.yaml'));
    execFileSync('mkfifo', [path.join(own, 'c.yaml')]);
    const { status, stderr } = fleetwright('validate', dist, '--base', base);
    expect(stderr).toBe(`1 problem

clusters/prod-eu [base-unreadable]
  ${base}/${PROD} cannot be read, so nobody can say what this change would lose
  remedy: \`git restore --source HEAD ${dist}/${PROD}\`, or take it from an earlier commit if that one has it no better, and synthesize again. If the cluster never ran, or is gone already: add 'prod-eu' to \`forget\` of the fleet for this change (docs/protection.md, A cluster that is not there)
`);
    expect(status).toBe(1);
  });

  it('does not compare with a folder that has no cluster', () => {
    const base = path.join(scratch, 'marker');
    fs.mkdirSync(base);
    fs.copyFileSync(path.join(dist, 'README.md'), path.join(base, 'README.md'));
    const { status, stderr } = fleetwright('validate', dist, '--base', base);
    expect(stderr).toContain(
      `${base} [base-missing]\n  has no folder of a cluster, so nothing can be compared\n`,
    );
    expect(status).toBe(1);
  });

  it('takes a folder whose marker is a folder for no dist', () => {
    const base = path.join(scratch, 'odd');
    fs.mkdirSync(path.join(base, 'README.md'), { recursive: true });
    const { status, stderr } = fleetwright('validate', dist, '--base', base);
    expect(stderr).toContain(`${base} [base-missing]\n  is no folder that Fleetwright wrote`);
    expect(status).toBe(1);
  });

  it.each(['nowhere', '.'])('does not take %s for a dist', (base) => {
    const { status, stderr } = fleetwright('validate', dist, '--base', base);
    expect(stderr).toBe(`1 problem

${base} [base-missing]
  is no folder that Fleetwright wrote, so nothing can be compared
  remedy: name the \`dist\` of the branch that the change goes to, not the folder that holds it
`);
    expect(status).toBe(1);
  });
});

describe('fleetwright', () => {
  it('explains itself', () => {
    expect(fleetwright('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage: fleetwright'),
    });
    expect(fleetwright()).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage: fleetwright') });
  });

  it.each([
    ['a command', ['bootsrap'], 'unknown command bootsrap (did you mean "bootstrap"?)', ''],
    ['an option', ['validate', '--bsae', 'x'], 'unknown option --bsae (did you mean "--base"?)', ''],
    ['an option of bootstrap', ['bootstrap', '--contxt', 'x'], 'unknown option --contxt (did', ' bootstrap'],
    ['a value that is missing', ['push', '--tag'], '--tag wants a value', ' push'],
    ['a value that is an option', ['push', '--tag', '--dry-run'], '--tag wants a value', ' push'],
    ['a value too many', ['bootstrap', '--yes=1'], '--yes takes no value', ' bootstrap'],
  ])('names %s that it does not understand, and where to read on', (_, args, problem, page) => {
    const { status, stderr } = fleetwright(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr.split('\n').slice(1)).toEqual([
      '',
      expect.stringContaining(`Usage: fleetwright${page} `),
      `All of it: npx fleetwright${page} --help`,
      '',
    ]);
  });
});
