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
    ['another scheme', () => fixture.push('https://localhost/fleet'), '[registry-address]'],
  ])('%s', async (_, run, text) => {
    expect(await run()).toBe(1);
    expect(fixture.stderr).toContain(text);
    expect(fixture.stderr).not.toContain('secret');
    expect(fixture.stderr).not.toMatch(/^\s+at /m);
  });

  test('what it does not understand', async () => {
    expect(await fixture.push('--fast')).toBe(2);
    expect(fixture.stderr).toContain("'--fast'");
    expect(await fixture.push('oci://localhost/a', 'oci://localhost/b')).toBe(2);
    expect(fixture.stderr).toContain('push takes one address, not 2\n\nUsage: fleetwright push');
  });

  test('nothing of a question', async () => {
    expect(await main(['push', '--help'])).toBe(0);
    expect(fixture.stdout).toMatch(/^Usage: fleetwright push /);
    expect(fixture.stdout).toMatch(/Exit status: 0 .*, 1 .*, 2 /);
  });
});
