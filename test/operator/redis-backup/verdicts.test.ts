import { resolveSpec } from '../../../constructs/redis-backup/spec';
import type { Verdict } from '../../../operator/kit';
import { type Observed, verdictsOf } from '../../../operator/redis-backup/verdicts';
import type { BackupManifest } from '../../../operator/s3/layout';

const NOW = new Date('2026-11-21T12:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const good = (type: string): Verdict => ({ type, status: 'True', reason: 'Ready', message: 'is ready' });
const backup = (minutes: number) => ({
  ...{ key: 'backups/a.rdb', time: ago(minutes), bytes: 1, keys: 5, digest: 'd', sha256: 's' },
});
const manifest = (more: Partial<BackupManifest>) =>
  ({ id: 'b', keys: 5, baseline: { id: 'a', keys: 100 }, suspicious: false, ...more }) as BackupManifest;

const fine: Observed = {
  ...{ spec: resolveSpec({}), created: new Date(ago(10_000)), now: NOW },
  ...{ bucket: good('BucketReady'), redis: good('RedisReady') },
  ...{ lastBackup: backup(30), lastProof: { key: 'backups/a.rdb', time: ago(60) } },
};

function of(more: Partial<Observed>, type: string): Verdict | undefined {
  return verdictsOf({ ...fine, ...more }).find((verdict) => verdict.type === type);
}

test('everything is fine', () => {
  const all = Object.fromEntries(
    verdictsOf({ ...fine, newest: manifest({}) }).map((v) => [v.type, v.status]),
  );
  expect(all).toEqual({
    ...{ BucketReady: 'True', RedisReady: 'True', BackupFresh: 'True', RestoreProven: 'True' },
    ...{ BackupSuspicious: 'False', Ready: 'True' },
  });
});

describe('a backup', () => {
  test.each([
    ['as old as promised', backup(180), 'True'],
    ['older than promised', backup(181), 'False'],
  ])('%s', (_, lastBackup, status) => {
    expect(of({ lastBackup }, 'BackupFresh')?.status).toBe(status);
  });

  test.each([
    ['of a new resource', 179, 'Unknown'],
    ['of one that had its time', 181, 'False'],
  ])('that is not there yet, %s', (_, minutes, status) => {
    const verdict = of({ lastBackup: undefined, created: new Date(ago(minutes)) }, 'BackupFresh');
    expect(verdict).toMatchObject({ status, reason: 'NoneYet' });
  });

  test('with fewer keys is suspicious until a person accepts it', () => {
    const newest = manifest({ suspicious: true });
    expect(of({ newest }, 'BackupSuspicious')).toEqual({
      ...{ type: 'BackupSuspicious', status: 'True', reason: 'KeysFell' },
      message:
        'backup b has 5 keys, and a had 100: nothing is deleted any more. If that is right, annotate the resource with fleetwright.dev/accept-backup: b; if not, docs/restore.md',
    });
    expect(of({ newest, accepted: true }, 'BackupSuspicious')?.status).toBe('False');
  });

  test('stays as suspicious as it was while S3 is away', () => {
    expect(of({ newest: undefined }, 'BackupSuspicious')).toBeUndefined();
  });
});

test('Ready says what hinders', () => {
  const bucket: Verdict = {
    type: 'BucketReady',
    status: 'False',
    reason: 'ForeignBucket',
    message: 'is of x',
  };
  expect(of({ bucket }, 'Ready')).toEqual({ ...bucket, type: 'Ready' });
  const refused: Verdict = { type: 'Ready', status: 'False', reason: 'NameTaken', message: 'is taken' };
  expect(of({ bucket, refused }, 'Ready')).toEqual(refused);
});

describe('a job that failed', () => {
  const failures = { backup: 'Job b failed: dump: refused', restoreTest: 'Job r failed: load: no digest' };

  test('is named beside what is still fresh', () => {
    const verdict = of({ failures }, 'BackupFresh');
    expect(verdict).toMatchObject({ status: 'True', message: expect.stringContaining('dump: refused') });
  });

  test('of a restore test proves that the newest backup does not load', () => {
    expect(of({ failures }, 'RestoreProven')).toEqual({
      ...{ type: 'RestoreProven', status: 'False', reason: 'RestoreTestFailed' },
      message: 'Job r failed: load: no digest',
    });
  });
});
