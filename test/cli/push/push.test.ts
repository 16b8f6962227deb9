import { gunzipSync, gzipSync } from 'node:zlib';
import { planOf } from '../../../cli/push/plan';
import { push } from '../../../cli/push/push';
import { digestOf } from '../../../cli/push/tar';
import { REDIS_CHART_VERSION } from '../../../constructs/redis-backup/shared-chart';
import { pushFixture } from './fixture';

const fixture = pushFixture();
const manifest = (name: string, tag = 'main') =>
  JSON.parse(fixture.registry.manifests.get(`/v2/team/fleet/${name}/manifests/${tag}`)?.toString() ?? '{}');
/** What tar lists. */
function listed(layer: { digest: string }): string[] {
  const content = gunzipSync(fixture.registry.blobs.get(layer.digest) ?? Buffer.alloc(0));
  const names: string[] = [];
  for (let at = 0; content[at]; ) {
    names.push(
      content
        .subarray(at, at + 100)
        .toString()
        .replace(/\0.*/s, ''),
    );
    const size = Number.parseInt(content.subarray(at + 124, at + 135).toString(), 8);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return names;
}

describe('fleetwright push', () => {
  test('makes what Flux reads, where the rendered clusters look for it', async () => {
    expect(await fixture.push()).toBe(0);
    expect(fixture.stderr).toBe('');
    const { config, layers, ...rest } = manifest('blue');
    expect(rest).toEqual({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json' });
    expect(config.mediaType).toBe('application/vnd.cncf.flux.config.v1+json');
    expect(layers).toEqual([
      expect.objectContaining({ mediaType: 'application/vnd.cncf.flux.content.v1.tar+gzip' }),
    ]);
    expect(listed(layers[0])).toEqual(['deploy/out/blue/kustomization.yaml']);
    const blob = fixture.registry.blobs.get(layers[0].digest);
    expect(blob?.length).toBe(layers[0].size);
    const settings = JSON.parse(fixture.registry.blobs.get(config.digest)?.toString() ?? '');
    expect(settings.rootfs.diff_ids).toEqual([digestOf(gunzipSync(blob ?? ''))]);
  });

  test('says what became of each, in their order, the management cluster last', async () => {
    expect(await fixture.push()).toBe(0);
    expect(fixture.stdout).toMatch(
      new RegExp(`^${fixture.dist}/ to oci://${fixture.registry.host}/team/fleet, tag main\n`),
    );
    expect(fixture.words).toEqual(['pushed blue', 'pushed green', 'pushed red', 'pushed management']);
    expect(fixture.stdout).toMatch(/blue@sha256:[0-9a-f]{64} 0\.\d KiB, new\n/);
    expect(fixture.stdout).toMatch(/\n4 artifacts, 4 pushed\n$/);
    expect(fixture.puts.at(-1)).toBe('PUT /v2/team/fleet/management/manifests/main');
  });

  test('pushes nothing when nothing changed, and only what changed', async () => {
    await fixture.push();
    const [before] = [manifest('blue')];
    const uploads = fixture.registry.seen.filter(({ method }) => method !== 'GET').length;
    expect(await fixture.push()).toBe(0);
    expect(fixture.words).toEqual([
      'unchanged blue',
      'unchanged green',
      'unchanged red',
      'unchanged management',
    ]);
    expect(fixture.registry.seen.filter(({ method }) => method !== 'GET')).toHaveLength(uploads);
    fixture.write('green/kustomization.yaml', '# another\n');
    expect(await fixture.push()).toBe(0);
    expect(fixture.words).toEqual([
      'unchanged blue',
      'pushed green',
      'unchanged red',
      'unchanged management',
    ]);
    expect(fixture.stdout).toMatch(/green@sha256:[0-9a-f]{64} 0\.\d KiB, was sha256:[0-9a-f]{64}\n/);
    expect(manifest('blue')).toEqual(before);
  });

  test('leaves the same content alone that another zlib packed, but no other', async () => {
    await fixture.push();
    const key = '/v2/team/fleet/blue/manifests/main';
    const stored = manifest('blue');
    const repack = (content: Buffer) => {
      const blob = gzipSync(content, { level: 1 });
      const layer = { ...stored.layers[0], digest: digestOf(blob), size: blob.length };
      fixture.registry.blobs.set(layer.digest, blob);
      const bytes = Buffer.from(JSON.stringify({ ...stored, layers: [layer] }));
      fixture.registry.manifests.set(key, bytes);
      return bytes;
    };
    const content = gunzipSync(fixture.registry.blobs.get(stored.layers[0].digest) ?? '');
    const repacked = repack(content);
    expect(repacked.toString()).not.toBe(JSON.stringify(stored));
    expect(await fixture.push()).toBe(0);
    expect(fixture.words[0]).toBe('unchanged blue');
    expect(fixture.stdout).toContain(`blue@${digestOf(repacked)} `);
    expect(fixture.registry.manifests.get(key)).toEqual(repacked);
    for (const other of [Buffer.from('other'), Buffer.concat([content, content])]) {
      repack(other);
      expect(await fixture.push()).toBe(0);
      expect(fixture.words[0]).toBe('pushed blue');
      expect(manifest('blue')).toEqual(stored);
    }
  });

  test('replaces what is no artifact of ours', async () => {
    fixture.registry.manifests.set('/v2/team/fleet/blue/manifests/main', Buffer.from('{"manifests":[]}'));
    expect(await fixture.push()).toBe(0);
    expect(fixture.words[0]).toBe('pushed blue');
  });

  test('with --source says where it comes from', async () => {
    expect(await fixture.push('--source', 'https://git.example.com/fleet')).toBe(0);
    expect(manifest('blue').annotations).toEqual({
      'org.opencontainers.image.source': 'https://git.example.com/fleet',
    });
  });

  test('with another --source or with one for the first time leaves the same content alone', async () => {
    const folder = fixture.chart('1.2.3');
    await fixture.push('--charts', folder);
    for (const source of ['https://git.example.com/fleet', 'https://git.example.com/renamed']) {
      expect(await fixture.push('--charts', folder, '--source', source)).toBe(0);
      expect(fixture.words).toEqual([
        'unchanged charts/redis',
        'unchanged blue',
        'unchanged green',
        'unchanged red',
        'unchanged management',
      ]);
    }
    expect(fixture.puts).toHaveLength(5);
    fixture.write('blue/kustomization.yaml', '# another\n');
    expect(await fixture.push('--source', 'https://git.example.com/renamed')).toBe(0);
    expect(manifest('blue').annotations).toEqual({
      'org.opencontainers.image.source': 'https://git.example.com/renamed',
    });
  });

  test('with --dry-run changes nothing', async () => {
    expect(await fixture.push('--dry-run')).toBe(0);
    expect(fixture.words).toEqual(['missing blue', 'missing green', 'missing red', 'missing management']);
    expect(fixture.stdout).toMatch(/^missing .*\/blue@sha256:[0-9a-f]{64} 0\.\d KiB\n/m);
    expect(fixture.stdout).toMatch(/, tag main, only tried\n/);
    expect(fixture.stdout).toMatch(/\n4 artifacts, 4 to be pushed\n$/);
    expect(fixture.registry.lines.filter((line) => !line.startsWith('GET'))).toEqual([]);
    await fixture.push();
    fixture.write('blue/kustomization.yaml', '# another\n');
    expect(await fixture.push('--dry-run')).toBe(0);
    expect(fixture.words[0]).toBe('differs blue');
    expect(fixture.stdout).toMatch(/^differs .* 0\.\d KiB, was sha256:[0-9a-f]{64}\n/m);
  });

  test('pushes elsewhere when told so, and says who reads what', async () => {
    expect(await fixture.push(`oci://${fixture.registry.host}/mirror`, '--tag', 'next')).toBe(0);
    expect([...fixture.registry.manifests.keys()]).toContain('/v2/mirror/blue/manifests/next');
    expect(fixture.stderr).toBe(
      `warning: the clusters of this fleet read oci://${fixture.registry.host}/team/fleet, tag main\n`,
    );
  });

  test('one failure keeps no other cluster back', async () => {
    fixture.registry.intercept = ({ path: asked }, response) => {
      if (!asked.includes('/green/')) return false;
      response.writeHead(403).end();
      return true;
    };
    expect(await fixture.push()).toBe(1);
    expect(fixture.words).toEqual(['pushed blue', 'pushed red', 'pushed management']);
    expect(fixture.puts.at(-1)).toBe('PUT /v2/team/fleet/management/manifests/main');
    expect(fixture.stdout).toMatch(/\n4 artifacts, 3 pushed, 1 failed or not tried: green\n$/);
    expect(fixture.stderr).toContain('1 problem\n\nGET ');
    expect(fixture.stderr).toContain('/green/manifests/main [registry-login]\n  was answered with 403\n');
  });

  test('a login that nobody accepts is reported once', async () => {
    fixture.registry.intercept = (_, response) => {
      response.writeHead(401).end();
      return true;
    };
    expect(await fixture.push()).toBe(1);
    expect(fixture.stderr).toContain('1 problem\n\nGET ');
    expect(fixture.stderr).toContain('/blue/manifests/main [registry-login]\n  was answered with 401\n');
    expect(fixture.stdout).toMatch(/^.*, tag main\n$/);
  });

  test('failures of other kinds are reported each', async () => {
    fixture.registry.intercept = (_, response) => {
      response.writeHead(404).end();
      return true;
    };
    expect(await fixture.push()).toBe(1);
    expect(fixture.stderr).toContain('4 problems\n');
  });

  describe('a registry that does not answer', () => {
    /** What is asked, and said, when the sockets of some requests break. */
    async function pushed(
      breaks: (asked: string) => boolean,
    ): Promise<{ asked: string[]; problems: string }> {
      fixture.registry.intercept = ({ path: asked }, response) => {
        if (breaks(asked)) response.destroy();
        return breaks(asked);
      };
      const destination = {
        ...{ host: fixture.registry.host, path: 'team/fleet', tag: 'main', insecure: true },
        ...{ credentials: undefined, dryRun: true, delays: [0] },
      };
      const error = await push(planOf({ dist: fixture.dist }), destination, () => undefined).catch((e) => e);
      return { asked: fixture.registry.lines, problems: error.message };
    }

    test('is given up, and reported once', async () => {
      for (let i = 0; i < 20; i++) fixture.write(`z${i}/kustomization.yaml`, `# ${i}\n`);
      const { asked, problems } = await pushed(() => true);
      expect(problems).toContain('1 problem\n');
      expect(problems).toContain('/blue/manifests/main [registry-unreachable]\n  got no answer: ');
      expect(asked.length).toBeLessThanOrEqual(8 * 2);
      expect(asked).not.toContain('GET /v2/team/fleet/management/manifests/main');
    });

    test('is given the rest when it answered before', async () => {
      const { asked, problems } = await pushed((path) => path.includes('/management/'));
      expect(problems).toContain('/management/manifests/main [registry-unreachable]\n');
      expect(asked).toHaveLength(3 + 2);
    });
  });

  test('warns of what is large', async () => {
    const text = Array.from({ length: 40_000 }, (_, i) => digestOf(`${i}`)).join('\n');
    fixture.write('red/large.yaml', text);
    expect(await fixture.push()).toBe(0);
    expect(fixture.stderr).toMatch(/^warning: red has 1\d\d\d\.\d KiB: Flux unpacks it for every sync\n$/);
  });
});

describe('charts', () => {
  test('are pushed as Helm reads them, before the clusters', async () => {
    const folder = fixture.chart('1.2.3+build', {
      'templates/a.yaml': 'a\n',
      '.helmignore': 'x\n',
      'templates/.b': '',
    });
    expect(await fixture.push('--charts', folder)).toBe(0);
    expect(fixture.puts[0]).toBe('PUT /v2/team/fleet/charts/redis/manifests/1.2.3_build');
    const { config, layers } = manifest('charts/redis', '1.2.3_build');
    expect(config.mediaType).toBe('application/vnd.cncf.helm.config.v1+json');
    expect(JSON.parse(fixture.registry.blobs.get(config.digest)?.toString() ?? '')).toEqual({
      apiVersion: 'v2',
      name: 'redis',
      version: '1.2.3+build',
    });
    expect(layers[0].mediaType).toBe('application/vnd.cncf.helm.chart.content.v1.tar+gzip');
    expect(listed(layers[0])).toEqual(['redis/Chart.yaml', 'redis/templates/a.yaml']);
    expect(await fixture.push('--charts', folder)).toBe(0);
    expect(fixture.words[0]).toBe('unchanged charts/redis');
  });

  test('of one version are the same for ever', async () => {
    await fixture.push('--charts', fixture.chart('1.2.3'));
    const clusters = fixture.puts.length;
    expect(await fixture.push('--charts', fixture.chart('1.2.3', { 'values.yaml': 'a: 1\n' }))).toBe(1);
    expect(fixture.stderr).toContain(
      `${fixture.registry.host}/team/fleet/charts/redis:1.2.3 [chart-version-taken]\n  is another content of this version, which clusters may run\n  remedy: raise \`version\` in Chart.yaml, and what names it (REDIS_CHART_VERSION)`,
    );
    expect(fixture.puts).toHaveLength(clusters);
    expect(fixture.stdout).toMatch(/, tag main\n$/);
  });

  test('are those of the folder `charts` unless another is named', async () => {
    expect(await fixture.pushAsHere()).toBe(0);
    expect(fixture.words[0]).toBe('pushed charts/redis');
    const { layers } = manifest('charts/redis', REDIS_CHART_VERSION);
    expect(listed(layers[0])).toEqual(
      expect.arrayContaining(['redis/Chart.yaml', 'redis/files/users.sh', 'redis/values.schema.json']),
    );
  });

  test('may be none', async () => {
    expect(await fixture.push()).toBe(0);
    expect(fixture.stdout).toMatch(/\n4 artifacts, 4 pushed\n$/);
  });
});
