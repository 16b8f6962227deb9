import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { at, type BucketAccess, codeOf, statusOf } from './access';
import { isTlsOnly, makeTlsOnly } from './policy';

/** What a bucket has to have; the names are those of `status.hardening`. */
export type SettingName =
  | 'versioning'
  | 'ownership'
  | 'public-access-block'
  | 'encryption'
  | 'lifecycle'
  | 'tls-only-policy';

/** One thing that a bucket has to have. */
interface Setting {
  readonly name: SettingName;
  /** Whether it is as wanted. */
  readonly isSet: (access: BucketAccess) => Promise<boolean>;
  /** @returns false if the server cannot have it so */
  readonly set: (access: BucketAccess) => Promise<unknown>;
}

/** How many days an upload that nobody finished stays, and a version that was replaced or deleted. */
export const STALE_UPLOAD_DAYS = 1;
export const NONCURRENT_DAYS = 7;

/** One rule and no other: a rule that expires what is current would delete backups. */
const RULE: LifecycleRule = {
  ID: 'fleetwright',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: STALE_UPLOAD_DAYS },
  NoncurrentVersionExpiration: { NoncurrentDays: NONCURRENT_DAYS },
  Expiration: { ExpiredObjectDeleteMarker: true },
};

const BLOCK = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const;

const SETTINGS: readonly Setting[] = [
  {
    name: 'versioning',
    isSet: async (access) => {
      const { client, signal } = access;
      const answer = await client.send(new GetBucketVersioningCommand(at(access)), { abortSignal: signal });
      return answer.Status === 'Enabled';
    },
    set: (access) => {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      const command = new PutBucketVersioningCommand({ ...at(access), VersioningConfiguration });
      return access.client.send(command, { abortSignal: access.signal });
    },
  },
  {
    name: 'ownership',
    isSet: async (access) => {
      const command = new GetBucketOwnershipControlsCommand(at(access));
      const { OwnershipControls } = await access.client.send(command, { abortSignal: access.signal });
      return OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
    },
    set: (access) => {
      const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
      const command = new PutBucketOwnershipControlsCommand({ ...at(access), OwnershipControls });
      return access.client.send(command, { abortSignal: access.signal });
    },
  },
  {
    name: 'public-access-block',
    isSet: async (access) => {
      const command = new GetPublicAccessBlockCommand(at(access));
      const answer = await access.client.send(command, { abortSignal: access.signal });
      const found = answer.PublicAccessBlockConfiguration;
      return Object.keys(BLOCK).every((field) => found?.[field as keyof typeof BLOCK] === true);
    },
    set: (access) => {
      const command = new PutPublicAccessBlockCommand({
        ...at(access),
        PublicAccessBlockConfiguration: BLOCK,
      });
      return access.client.send(command, { abortSignal: access.signal });
    },
  },
  {
    name: 'encryption',
    // Any will do: a key of the platform's own is more than what we would set.
    isSet: async (access) => {
      const command = new GetBucketEncryptionCommand(at(access));
      const answer = await access.client.send(command, { abortSignal: access.signal });
      const rules = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
      return rules.some((rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== undefined);
    },
    set: (access) => {
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } };
      const ServerSideEncryptionConfiguration = { Rules: [rule] };
      const command = new PutBucketEncryptionCommand({ ...at(access), ServerSideEncryptionConfiguration });
      return access.client.send(command, { abortSignal: access.signal });
    },
  },
  {
    name: 'lifecycle',
    isSet: async (access) => {
      const command = new GetBucketLifecycleConfigurationCommand(at(access));
      const { Rules = [] } = await access.client.send(command, { abortSignal: access.signal });
      return Rules.length === 1 && Rules[0] !== undefined && isOurRule(Rules[0]);
    },
    set: (access) => {
      const LifecycleConfiguration = { Rules: [RULE] };
      const command = new PutBucketLifecycleConfigurationCommand({ ...at(access), LifecycleConfiguration });
      return access.client.send(command, { abortSignal: access.signal });
    },
  },
  { name: 'tls-only-policy', isSet: isTlsOnly, set: makeTlsOnly },
];

function isOurRule(rule: LifecycleRule): boolean {
  return (
    rule.Status === 'Enabled' &&
    (rule.Filter?.Prefix ?? '') === '' &&
    !rule.Filter?.And &&
    !rule.Filter?.Tag &&
    rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation === STALE_UPLOAD_DAYS &&
    rule.NoncurrentVersionExpiration?.NoncurrentDays === NONCURRENT_DAYS &&
    rule.Expiration?.ExpiredObjectDeleteMarker === true &&
    rule.Expiration.Days === undefined &&
    rule.Expiration.Date === undefined
  );
}

/** What S3 says of a setting that a bucket does not have. */
const UNSET: ReadonlySet<string> = new Set([
  'NoSuchPublicAccessBlockConfiguration',
  'ServerSideEncryptionConfigurationNotFoundError',
  'NoSuchLifecycleConfiguration',
  'OwnershipControlsNotFoundError',
]);

/** What servers say of calls that they do not have. */
const NOT_IMPLEMENTED: ReadonlySet<string> = new Set([
  'NotImplemented',
  'XNotImplemented',
  'MethodNotAllowed',
  'VersioningNotConfigured',
]);

/**
 * Gives a bucket every setting that it lacks, and writes nothing that is right already.
 *
 * @returns what the server cannot do
 */
export async function applySettings(access: BucketAccess): Promise<SettingName[]> {
  const missing: SettingName[] = [];
  const endpoint = await access.client.config.endpoint?.();
  const isPlain = endpoint?.protocol === 'http:';
  for (const setting of SETTINGS) {
    // It would lock us out.
    const possible = !(isPlain && setting.name === 'tls-only-policy') && (await apply(access, setting));
    if (!possible) missing.push(setting.name);
  }
  return missing;
}

async function apply(access: BucketAccess, { isSet, set }: Setting): Promise<boolean> {
  try {
    const is = await isSet(access).catch((error: unknown) => {
      if (UNSET.has(codeOf(error))) return false;
      throw error;
    });
    return is || (await set(access)) !== false;
  } catch (error) {
    if (NOT_IMPLEMENTED.has(codeOf(error)) || [405, 501].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}
