import * as fs from 'node:fs';
import * as path from 'node:path';
import { main } from '../../../cli/main';
import { pushFixture } from './fixture';

const fixture = pushFixture();

describe('fleetwright push refuses', () => {
  afterEach(() => expect(fixture.puts).toEqual([]));

  test.each<[string, () => Promise<number>, string]>([
    [
      'no folder',
      () => fixture.push('--dist', path.join(fixture.scratch, 'nowhere')),
      'nowhere [dist-missing]\n  is no folder with a folder for each cluster\n  remedy: run `npx cdk8s synth` first',
    ],
    [
      'an empty folder',
      () => fixture.push('--dist', fs.mkdtempSync(path.join(fixture.scratch, 'empty-'))),
      '[dist-missing]',
    ],
    [
      'a cluster without its list',
      () => {
        fs.rmSync(path.join(fixture.dist, 'red/kustomization.yaml'));
        fixture.write('red/other.yaml', '');
        return fixture.push();
      },
      '/red [cluster-hollow]\n  has no kustomization.yaml, and Flux would prune what it does not list\n  remedy: synthesize again; remove the folder if it is no cluster',
    ],
    [
      'a cluster with a folder for a list',
      () => {
        fs.rmSync(path.join(fixture.dist, 'red/kustomization.yaml'));
        fixture.write('red/kustomization.yaml/a.yaml', '');
        return fixture.push();
      },
      '/red [cluster-hollow]',
    ],
    [
      'a fleet that is read from git',
      () => {
        fixture.write(
          'management/flux.yaml',
          'kind: GitRepository\nmetadata: {name: fleet, namespace: flux-system}\n',
        );
        return fixture.push();
      },
      "/management/flux.yaml [push-unread]\n  lets no cluster read from a registry, so that nobody would see what is pushed\n  remedy: set `source: { kind: 'oci', url: 'oci://...' }` in main.ts, and synthesize",
    ],
    [
      'a folder without a management cluster',
      () => {
        fs.rmSync(path.join(fixture.dist, 'management'), { recursive: true });
        return fixture.push();
      },
      '[push-unread]',
    ],
    [
      'a link',
      () => {
        fs.symlinkSync('/etc/hostname', path.join(fixture.dist, 'red/link.yaml'));
        return fixture.push();
      },
      '/red/link.yaml [file-unpackable]\n  is no regular file\n  remedy: remove it: no generated file is like that',
    ],
    [
      'a name that Flux does not unpack',
      () => {
        fixture.write('red/a\\b.yaml', '');
        return fixture.push();
      },
      '/red/a\\b.yaml [file-unpackable]\n  has a name that Flux does not unpack',
    ],
    [
      'what git could not merge',
      () => {
        fixture.write('red/a.yaml', 'a: 1\r\n<<<<<<< HEAD\r\nb: 2\n');
        return fixture.push();
      },
      '/red/a.yaml [file-conflicted]\n  has the marks of a conflict that git left in it\n  remedy: solve it; in the folder that synth writes by another synth\n',
    ],
    [
      'a list that git could not merge',
      () => {
        fixture.write('red/kustomization.yaml', 'resources:\n- a.yaml\n>>>>>>> other\n');
        return fixture.push();
      },
      '/red/kustomization.yaml [file-conflicted]',
    ],
    [
      'a list that is no YAML',
      () => {
        fixture.write('red/kustomization.yaml', 'resources: []\nresources: []\n');
        return fixture.push();
      },
      '/red/kustomization.yaml [yaml-malformed]\n  Map keys must be unique at line 2, column 1:\n  remedy: this folder is generated: synthesize it again\n',
    ],
    [
      'a folder that is no cluster',
      () => {
        fixture.write('Red%2F..%2f/kustomization.yaml', '');
        return fixture.push();
      },
      '/Red%2F..%2f [name-invalid]\n  is "Red%2F..%2f": is no DNS label\n  remedy: remove it: it is no cluster\n',
    ],
    [
      'a source of another type',
      () => {
        const end =
          'metadata: {name: fleet, namespace: flux-system}\nspec: {url: 5, path: 5, ref: {tag: 5}}\n';
        fixture.write(
          'management/flux.yaml',
          `kind: OCIRepository\n${end}---\nkind: Kustomization\n${end}---\nnull\n---\ntext\n`,
        );
        return fixture.push();
      },
      '/management/flux.yaml [push-unread]',
    ],
    [
      'a source that cannot be understood',
      () => {
        fixture.write('management/flux.yaml', 'a: *unknown\n');
        return fixture.push();
      },
      '/management/flux.yaml [push-unread]',
    ],
    [
      'a folder in place of a source',
      () => {
        fs.rmSync(path.join(fixture.dist, 'management/flux.yaml'));
        fixture.write('management/flux.yaml/a.yaml', '');
        return fixture.push();
      },
      '[push-unread]',
    ],
    [
      'a tag that clusters read and that is none',
      () => {
        const file = path.join(fixture.dist, 'management/flux.yaml');
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/\btag: .*/g, 'tag: a/../b'));
        return fixture.push();
      },
      '/management/flux.yaml [tag-malformed]\n  spec.ref.tag is "a/../b": is no tag\n',
    ],
    [
      'a tag that is none',
      () => fixture.push('--tag', '../blobs/x'),
      'fleetwright push [tag-malformed]\n  --tag is "../blobs/x": is no tag\n  remedy: use letters, digits, `_`, `.` and `-`, at most 128, such as latest\n',
    ],
    ['no tag', () => fixture.push('--tag', ''), '[tag-malformed]'],
    [
      'charts that are not there',
      () => fixture.push('--charts', 'nowhere'),
      'nowhere [charts-missing]\n  is no folder\n  remedy: name the folder of the charts, or leave --charts out',
    ],
    [
      'a chart of no exact version',
      () => fixture.push('--charts', fixture.chart('1.x')),
      '/redis/Chart.yaml [chart-malformed]\n  version is "1.x": is no exact version\n  remedy: write it like 1.2.3',
    ],
    [
      'a chart of another name',
      () =>
        fixture.push('--charts', fixture.chart('1.2.3', { 'Chart.yaml': 'name: valkey\nversion: 1.2.3\n' })),
      '/redis/Chart.yaml [chart-malformed]\n  name is "valkey": is not the name of its folder\n  remedy: write redis',
    ],
    [
      'a chart of a name that no registry takes',
      () => {
        const folder = fixture.chart('1.2.3', { 'Chart.yaml': 'name: Redis?\nversion: 1.2.3\n' });
        fs.renameSync(path.join(folder, 'redis'), path.join(folder, 'Redis?'));
        return fixture.push('--charts', folder);
      },
      '/Redis?/Chart.yaml [chart-malformed]\n  name is "Redis?": is no name that a registry takes\n  remedy: use lower-case letters and digits, with single `.`, `_` and `-` between them\n',
    ],
    [
      'plain HTTP to another machine',
      () => fixture.push('oci://registry.example.com/fleet'),
      '--insecure-http [registry-plaintext]\n  is "registry.example.com": is not on this machine, so that a password would be sent in the open\n  remedy: leave --insecure-http out, and let the registry serve HTTPS',
    ],
    [
      'a host that only looks like this machine',
      () => fixture.push('oci://127.0.0.1.example.com/fleet'),
      '[registry-plaintext]',
    ],
    [
      'a credential in the address',
      () => fixture.push('oci://ci:secret@registry.example.com/fleet'),
      'fleetwright push [registry-address]\n  was given an address that is none of a registry\n  remedy: write it like oci://registry.example.com/fleet, in lower case, without tag and credentials',
    ],
    ['a tag in the address', () => fixture.push('oci://localhost/fleet:v1'), '[registry-address]'],
    ['a port that is none', () => fixture.push('oci://127.0.0.1:99999/x'), '[registry-address]'],
    ['a host that is none', () => fixture.push('oci://localhost\\a/x'), '[registry-address]'],
    ['an escape in the host', () => fixture.push('oci://local\u001b[31mhost/x'), '[registry-address]'],
    ['another scheme', () => fixture.push('https://localhost/fleet'), '[registry-address]'],
  ])('%s', async (_, run, text) => {
    expect(await run()).toBe(1);
    expect(fixture.stderr).toContain(text);
    expect(fixture.stderr).not.toContain('secret');
    expect(fixture.stderr).not.toMatch(/^\s+at /m);
  });

  test('what it does not understand', async () => {
    expect(await fixture.push('--fast')).toBe(2);
    expect(fixture.stderr).toContain('unknown option --fast');
    expect(await fixture.push('oci://localhost/a', 'oci://localhost/b')).toBe(2);
    expect(fixture.stderr).toContain('push takes one address, not 2\n\nUsage: fleetwright push');
  });

  test('nothing of a question', async () => {
    expect(await main(['push', '--help'])).toBe(0);
    expect(fixture.stdout).toMatch(/^Usage: fleetwright push /);
    expect(fixture.stdout).toMatch(/Exit status: 0 .*, 1 .*, 2 /);
  });
});
