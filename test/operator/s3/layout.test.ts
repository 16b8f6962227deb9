import fc from 'fast-check';
import {
  type BackupManifest,
  backupKey,
  idOf,
  idOfBackup,
  manifestKey,
  newId,
  PREFIXES,
  type Proof,
  parseManifest,
  parseProof,
  proofKey,
  restoreKey,
  timeOf,
} from '../../../operator/s3/layout';

const ID = '20260131T120000Z-1a2b';
const KEY = manifestKey(ID);

const manifest: BackupManifest = {
  version: 1,
  id: ID,
  key: backupKey(ID),
  versionId: 'v1',
  startedAt: '2026-01-31T11:59:58Z',
  finishedAt: '2026-01-31T12:00:00Z',
  bytes: 123,
  sha256: 'a'.repeat(64),
  keys: 7,
  digest: 'b'.repeat(40),
  flavour: 'valkey',
  serverVersion: '8.1.4',
  rdbVersion: 'REDIS0011',
  cluster: 'prod',
  namespace: 'shop',
  name: 'cart',
  uncovered: ['functions'],
  baseline: { id: ID, keys: 7 },
  suspicious: false,
};

test('an id has the time to the second, and sorts by it', () => {
  expect(newId(new Date('2026-01-31T12:00:00.999Z'), '1a2b')).toBe(ID);
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (time) => {
      const id = newId(time);
      expect(timeOf(id)?.getTime()).toBe(Math.floor(time.getTime() / 1000) * 1000);
      expect(idOfBackup(backupKey(id))).toBe(id);
      expect(idOf(proofKey(id), PREFIXES.proofs)).toBe(id);
    }),
  );
});

test.each([
  '',
  'x',
  '20260231T120000Z-1a2b',
  '20260131T120000Z-1A2B',
  '20260131T126000Z-1a2b',
  `${ID}\n`,
  `../${ID}`,
])('%j is no id', (id) => {
  expect(timeOf(id)).toBeUndefined();
  expect(idOf(`manifests/${id}.json`, PREFIXES.manifests)).toBeUndefined();
});

test('a restore has an id of any name', () => {
  expect(idOf(restoreKey('after-the-flood'), PREFIXES.restores)).toBe('after-the-flood');
  expect(idOf('restores/a/b.json', PREFIXES.restores)).toBeUndefined();
});

test('what was written can be read', () => {
  expect(parseManifest(JSON.stringify(manifest), KEY, ID)).toEqual(manifest);
  const { versionId: _, ...unversioned } = manifest;
  expect(parseManifest(JSON.stringify(unversioned), KEY, ID)).toEqual(unversioned);
  const proof: Proof = {
    version: 1,
    id: ID,
    backup: ID,
    time: manifest.finishedAt,
    keys: 7,
    digest: manifest.digest,
  };
  expect(parseProof(JSON.stringify(proof), proofKey(ID), ID)).toEqual(proof);
});

test.each<[string, object, string]>([
  ['another version', { version: 2 }, 'version is not 1'],
  ['a negative count', { keys: -1 }, 'keys is not a number of 0 or more, but -1'],
  ['half a byte', { bytes: 1.5 }, 'bytes is not'],
  ['another key', { key: 'backups/20260131T120000Z-ffff.rdb' }, 'key does not agree'],
  ['a key elsewhere', { key: 'backups/../../x.rdb' }, 'key is not the key of a dump'],
  ['another time', { finishedAt: '2026-01-31T12:00:01Z' }, 'finishedAt does not agree'],
  ['a long hash', { sha256: 'a'.repeat(65) }, 'sha256 is not 64 hex digits'],
  ['a baseline of nothing', { baseline: null }, 'baseline is not'],
  ['text for a truth', { suspicious: 'no' }, 'suspicious is not true or false, but "no"'],
  ['a prototype', { digest: undefined, __proto__: { digest: 'b'.repeat(40) } }, 'digest is not'],
])('a manifest with %s is refused, by key and field', (_, change, message) => {
  const text = JSON.stringify({ ...manifest, ...change });
  expect(() => parseManifest(text, KEY, ID)).toThrow(`${KEY}: ${message}`);
});

test('whatever is in a bucket, a parser takes it or says which key is wrong', () => {
  const fields = Object.keys(manifest);
  const changed = fc
    .dictionary(fc.constantFrom(...fields), fc.jsonValue())
    .map((change) => JSON.stringify({ ...manifest, ...change }));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), changed), (text) => {
      try {
        expect(parseManifest(text, KEY, ID).id).toBe(ID);
      } catch (error) {
        expect((error as Error).message).toMatch(/^manifests\//);
        expect((error as Error).message.length).toBeLessThan(300);
      }
    }),
    { numRuns: 500 },
  );
});

test('a document without end is not taken', () => {
  const text = JSON.stringify({ ...manifest, more: 'x'.repeat(70_000) });
  expect(() => parseManifest(text, KEY, ID)).toThrow('more than 65536 bytes');
});
