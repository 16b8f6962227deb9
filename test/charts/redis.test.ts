import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { expand, type RedisBackupSpec, type RedisPlatform } from '../../constructs';
import { BYTES_PATTERN } from '../../constructs/redis-backup/quantity';
import { SPEC_SCHEMA } from '../../constructs/redis-backup/schema';
import { REDIS_CHART_VERSION } from '../../constructs/redis-backup/shared-chart';
import { allSpec, platform } from '../redis-backup/sample';
import { ROOT, readTree } from '../support/folder';

const CHART = path.join(ROOT, 'charts/redis');
const read = (file: string) => parse(fs.readFileSync(path.join(CHART, file), 'utf8'));
const schema = read('values.schema.json');
const validate = new Ajv({ allErrors: true }).compile(schema);
const DIGEST = `@sha256:${'c'.repeat(64)}`;

/** The values of a bundle, over those of the chart as Helm merges them, and what is wrong with them. */
function check(spec: RedisBackupSpec, values: RedisPlatform['values'] = {}): string[] {
  const bundle = { cluster: 'edge', namespace: 'shop', name: 'shop', spec };
  const release = expand(bundle, { ...platform, values }).find(({ kind }) => kind === 'HelmRelease');
  const given = JSON.parse(
    JSON.stringify((release as { spec: { values: object } } | undefined)?.spec.values),
  );
  const { cpu, storage, ...defaults } = read('values.yaml');
  const merged = {
    ...{ ...defaults, ...given },
    cpu: { ...cpu, ...given.cpu },
    storage: { ...storage, ...given.storage },
  };
  validate(merged);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The SHA-256 of the files of each version. Flux takes up no change of one that it has. */
const CONTENTS: Readonly<Record<string, string>> = {
  '0.1.0': '34df890d42a0792c950f44daad71fee9a6cfbc7e5db0ef23317284633b93e03b',
};

test('another content has another version', () => {
  const hash = createHash('sha256')
    .update(JSON.stringify(readTree(CHART)))
    .digest('hex');
  // Of a version that was released: raise it here, in Chart.yaml and as REDIS_CHART_VERSION, and add a line above.
  expect({ [REDIS_CHART_VERSION]: hash }).toEqual({ [REDIS_CHART_VERSION]: CONTENTS[REDIS_CHART_VERSION] });
});

test('the chart has the version by which the fleet reads it', () => {
  expect(read('Chart.yaml')).toMatchObject({ name: 'redis', version: REDIS_CHART_VERSION });
});

describe('the values', () => {
  test('of a bundle are those that the chart knows, the least and everything', () => {
    expect(check({})).toEqual([]);
    expect(check(allSpec)).toEqual([]);
  });

  test('that a platform may add are taken', () => {
    const values = {
      cpu: { request: '50m', limit: '4' },
      maxmemoryPolicy: 'allkeys-lru',
      metrics: { image: `registry.example.com/redis_exporter:v1.88.0${DIGEST}` },
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'redis', operator: 'Exists' }],
    };
    expect(check({}, values)).toEqual([]);
    expect(check({ redis: { values } })).toEqual([]);
  });

  test.each<[string, RedisPlatform['values'], string]>([
    ['an unknown one', { replicas: 3 }, ' must NOT have additional properties'],
    ['an unknown one below', { cpu: { requests: '1' } }, '/cpu must NOT have additional properties'],
    ['metrics without an image', { metrics: {} }, "/metrics must have required property 'image'"],
    ['an exporter by tag', { metrics: { image: 'exporter:v1' } }, '/metrics/image must match pattern'],
    ['a policy that is none', { maxmemoryPolicy: 'lru' }, '/maxmemoryPolicy must be equal to one of'],
    ['a number for a text', { cpu: { limit: 2 } }, '/cpu/limit must be string'],
    ['a fraction of a core without m', { cpu: { limit: '0.5' } }, '/cpu/limit must match pattern'],
  ])('refuse %s', (_, values, message) => {
    expect(check({}, values)).toEqual([expect.stringContaining(message)]);
  });

  test('are as those of the resource', () => {
    const { definitions } = schema;
    const { image, tls } = SPEC_SCHEMA.properties?.redis?.properties ?? {};
    expect(definitions.bytes.pattern).toBe(BYTES_PATTERN);
    expect(definitions.image.pattern).toBe(image?.pattern);
    expect(definitions.name.pattern).toBe(tls?.properties?.secretName?.pattern);
  });

  test('that a bundle does not set are documented', () => {
    const page = fs.readFileSync(path.join(ROOT, 'docs/redis-platform.md'), 'utf8').split('## The chart')[1];
    for (const name of Object.keys(schema.properties)) expect(page).toMatch(new RegExp(`\`${name}[.\`]`));
  });
});

test('no script has a variable in braces, which Flux would replace where it is asked to', () => {
  for (const text of Object.values(readTree(path.join(CHART, 'files')))) expect(text).not.toContain('${');
});
