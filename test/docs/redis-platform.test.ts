import * as fs from 'node:fs';
import * as path from 'node:path';
import { ALERTS } from '../../constructs/operator/monitoring';
import { backupPolicy, restoreTestPolicy } from '../stack/s3-policies';
import { ROOT } from '../support/folder';

const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/redis-platform.md');

/** A policy that the page shows. */
function policy(name: string): { Statement: { Action: string | string[] }[] } {
  const [, text = ''] =
    new RegExp(`<!-- policy: ${name} -->\\n\`\`\`json\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  return JSON.parse(text);
}

/** The rights that the SDK's commands need on AWS, where they are not named as the command. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  CreateBucket: ['CreateBucket', 'TagResource', 'PutBucketOwnershipControls'],
  DeleteObject: ['DeleteObject', 'DeleteObjectVersion'],
  DeleteObjects: ['DeleteObject', 'DeleteObjectVersion'],
  GetBucketEncryption: ['GetEncryptionConfiguration'],
  GetBucketLifecycleConfiguration: ['GetLifecycleConfiguration'],
  GetPublicAccessBlock: ['GetBucketPublicAccessBlock'],
  HeadObject: ['GetObject'],
  ListMultipartUploads: ['ListBucketMultipartUploads'],
  ListObjectVersions: ['ListBucketVersions'],
  ListObjectsV2: ['ListBucket'],
  PutBucketEncryption: ['PutEncryptionConfiguration'],
  PutBucketLifecycleConfiguration: ['PutLifecycleConfiguration'],
  PutPublicAccessBlock: ['PutBucketPublicAccessBlock'],
};

describe('docs/redis-platform.md', () => {
  it("gives the operator's identity the rights for the calls that it makes, and no others", () => {
    const folders = ['operator/s3', 'operator/redis-backup', 'operator/redis-backup/restore'];
    const sources = folders.flatMap((folder) =>
      fs
        .readdirSync(path.join(ROOT, folder))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => read(`${folder}/${name}`)),
    );
    const commands = [...sources.join('').matchAll(/new ([A-Z]\w+)Command\(/g)].map(([, name = '']) => name);
    const called = commands.flatMap((name) => ACTIONS[name] ?? [name]).map((action) => `s3:${action}`);
    const given = policy('operator').Statement.flatMap(({ Action }) => Action);
    expect([...given].sort()).toEqual([...new Set(called)].sort());
  });

  it('gives the jobs the rights with which the end-to-end tests run them', () => {
    expect(policy('backup')).toEqual(backupPolicy('acme-*'));
    expect(policy('restore test')).toEqual(restoreTestPolicy('acme-*'));
  });

  it('says of every alert what to do', () => {
    const [, section = ''] = page.split('\n## Alerts\n');
    const rows = [...section.matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, name]) => name);
    const alerts = ALERTS.groups?.flatMap(({ rules }) => rules?.map(({ alert }) => alert)) ?? [];
    expect(alerts.length).toBeGreaterThan(5);
    expect([...rows].sort()).toEqual([...alerts].sort());
  });
});
