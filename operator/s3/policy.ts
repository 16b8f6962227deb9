import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { at, type BucketAccess, codeOf, statusOf } from './access';

interface Statement {
  readonly Sid?: string;
}

interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement?: readonly Statement[];
}

const SID = 'FleetwrightTlsOnly';

/**
 * The statements that refuse whoever does not come by TLS. They leave out the calls about the policy itself: behind a
 * proxy that ends TLS every caller is refused, and no one could take the policy away again.
 */
function tlsOnly(bucket: string, region: string): Statement[] {
  const partition = /^(cn|us-gov)-/.exec(region)?.[1];
  const arn = `arn:aws${partition ? `-${partition}` : ''}:s3:::${bucket}`;
  const deny = (part: string, Action: string | string[], Resource: string) => ({
    Sid: `${SID}${part}`,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  return [
    deny('Objects', 's3:*', `${arn}/*`),
    deny('Lists', ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], arn),
  ];
}

/** Whether a policy refuses whoever does not come by TLS, in our words. */
export async function isTlsOnly(access: BucketAccess): Promise<boolean> {
  const { client, bucket } = access;
  const wanted = tlsOnly(bucket, await client.config.region());
  const found = (await readPolicy(access))?.Statement?.filter(isOurs) ?? [];
  return found.length === wanted.length && wanted.every((each) => found.some((other) => same(each, other)));
}

/**
 * Adds our statements to the policy, and leaves those of others.
 *
 * @returns false if it had to be taken back, because it locks us out: something before the server ends TLS
 */
export async function makeTlsOnly(access: BucketAccess): Promise<boolean> {
  const { client, bucket, signal } = access;
  const before = await readPolicy(access);
  const others = before?.Statement?.filter((statement) => !isOurs(statement)) ?? [];
  const ours = tlsOnly(bucket, await client.config.region());
  await writePolicy(access, { ...before, Version: '2012-10-17', Statement: [...others, ...ours] });
  try {
    await client.send(new ListObjectsV2Command({ ...at(access), MaxKeys: 1 }), { abortSignal: signal });
    return true;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    await writePolicy(access, others.length > 0 ? { ...before, Statement: others } : undefined);
    return false;
  }
}

async function readPolicy(access: BucketAccess): Promise<Policy | undefined> {
  try {
    const { Policy: text } = await access.client.send(new GetBucketPolicyCommand(at(access)), {
      abortSignal: access.signal,
    });
    if (!text) return undefined;
    const policy = JSON.parse(text) as Policy;
    // A single statement may stand without a list.
    return { ...policy, Statement: [policy.Statement ?? []].flat() };
  } catch (error) {
    if (codeOf(error) === 'NoSuchBucketPolicy') return undefined;
    throw error;
  }
}

async function writePolicy(access: BucketAccess, policy: Policy | undefined): Promise<void> {
  const { client, signal } = access;
  const abort = { abortSignal: signal };
  if (!policy) await client.send(new DeleteBucketPolicyCommand(at(access)), abort);
  else
    await client.send(new PutBucketPolicyCommand({ ...at(access), Policy: JSON.stringify(policy) }), abort);
}

function isOurs({ Sid }: Statement): boolean {
  return Sid?.startsWith(SID) ?? false;
}

/** Servers answer with members in another order, and lists of one as such. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? normal(value[0]) : value.map(normal).sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, normal(member)] as const);
  // A principal is written `*`, or { AWS: '*' }.
  if (entries.length === 1 && entries[0]?.[0] === 'AWS') return entries[0][1];
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
