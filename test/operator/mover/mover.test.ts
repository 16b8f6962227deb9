import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseMoverArgs } from '../../../operator/mover/args';
import { readFacts } from '../../../operator/mover/facts';
import { exitCodeOf, Impossible, reasonOf, writeTermination } from '../../../operator/mover/outcome';
import { BucketRefused } from '../../../operator/s3/refused';

const WHOSE = ['--bucket=b', '--cluster=c', '--namespace=n', '--name=x'];

test('arguments are those of docs/redis-platform.md', () => {
  expect(parseMoverArgs(['backup', ...WHOSE, '--path-style', '--suspicious-fall=50'])).toMatchObject({
    ...{ verb: 'backup', bucket: 'b', cluster: 'c', namespace: 'n', name: 'x' },
    ...{ pathStyle: true, work: '/work', suspiciousFall: 50, requireHardening: false },
  });
  expect(
    parseMoverArgs(['fetch', ...WHOSE, '--time=2026-01-31T12:00:00Z', '--work=/elsewhere']),
  ).toMatchObject({
    ...{ verb: 'fetch', time: '2026-01-31T12:00:00Z', work: '/elsewhere', anyBundle: false },
  });
  expect(parseMoverArgs(['fetch', ...WHOSE, '--any-bundle']).anyBundle).toBe(true);
  expect(parseMoverArgs(['backup', ...WHOSE, '--cluster-uid=uid-1']).clusterUid).toBe('uid-1');
});

test.each<[string[], string]>([
  [[], 'write one of backup, fetch, prove, bucket'],
  [['backup', 'fetch', ...WHOSE], 'not "backup fetch"'],
  [['backup', '--bucket=b', '--cluster=c', '--name=x'], '--namespace is missing'],
  [['backup', ...WHOSE, '--suspicious-fall=0'], '--suspicious-fall=0 is no percentage'],
  [['backup', ...WHOSE, '--key=x'], 'backup has no option --key'],
  [['backup', ...WHOSE, '--any-bundle'], 'backup has no option --any-bundle'],
  [['fetch', ...WHOSE, '--cluster-uid=x'], 'fetch has no option --cluster-uid'],
  [['fetch', ...WHOSE, '--key=x', '--time=2026-01-31T12:00:00Z'], '--key or --time, not both'],
  [['fetch', ...WHOSE, '--time=yesterday'], '--time=yesterday is no time'],
  [['fetch', ...WHOSE, '--wrong'], '--wrong'],
])('%j is refused', (args, message) => {
  expect(() => parseMoverArgs(args)).toThrow(message);
  expect(() => parseMoverArgs(args)).toThrow(Impossible);
});

describe('facts', () => {
  let work: string;
  beforeEach(() => {
    work = mkdtempSync(path.join(tmpdir(), 'facts-'));
  });
  afterEach(() => rmSync(work, { recursive: true }));

  const LINES = [
    ...[
      'started=2026-01-31T11:59:58Z',
      'finished=2026-01-31T12:00:00Z',
      `sha256=${'a'.repeat(64)}`,
      'keys=7',
    ],
    ...[`digest=${'b'.repeat(40)}`, 'flavour=valkey', 'version=8.1.4'],
  ];
  const read = (lines: readonly string[]) => {
    writeFileSync(path.join(work, 'facts'), `${lines.join('\n')}\n`);
    return readFacts(work);
  };

  test('are read', () => {
    expect(read(LINES)).toMatchObject({ keys: 7, flavour: 'valkey', finished: '2026-01-31T12:00:00Z' });
    expect(read(LINES.slice(2)).started).toBeUndefined();
  });

  test.each<[string, (lines: string[]) => string[], string]>([
    ['half written', (lines) => lines.slice(0, -3), 'no digest: a step before this one did not finish'],
    ['from two runs', (lines) => [...lines, 'keys=8'], 'keys is there twice'],
    ['malformed', (lines) => [...lines.slice(0, -1), 'version=?'], 'the line "version=?" is wrong'],
    ['foreign', (lines) => [...lines, 'more=1'], 'the line "more=1" is wrong'],
  ])('that are %s are refused', (_, change, message) => {
    expect(() => read(change(LINES))).toThrow(message);
  });
});

test('an exit code says whether a new pod may succeed', () => {
  const fromS3 = (name: string, status: number) =>
    Object.assign(new Error('said so'), { name, $metadata: { httpStatusCode: status } });
  expect(exitCodeOf(new Error('reset'))).toBe(1);
  expect(exitCodeOf(fromS3('SlowDown', 503))).toBe(1);
  expect(exitCodeOf(fromS3('AccessDenied', 403))).toBe(1);
  expect(exitCodeOf(fromS3('NoSuchBucket', 404))).toBe(2);
  expect(exitCodeOf(new Impossible('no'))).toBe(2);
  expect(exitCodeOf(new BucketRefused('ForeignBucket', 'is not ours', 'choose another'))).toBe(2);
  expect(reasonOf(fromS3('SlowDown', 503))).toBe('S3 says SlowDown: said so');
  expect(reasonOf(new BucketRefused('ForeignBucket', 'is not ours', 'choose another'))).toBe(
    'is not ours: choose another',
  );
});

test('a termination message is written where Kubernetes has a file for it, and nowhere else', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'termination-'));
  const file = path.join(folder, 'log');
  writeTermination('too early', file);
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, '');
  writeTermination('x'.repeat(5000), file);
  expect(statSync(file).size).toBe(4096);
  rmSync(folder, { recursive: true });
});
