import { readFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../../constructs/redis-backup/platform';

/** Static keys. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Which server to talk to, and as whom. */
export interface ClientSettings
  extends Pick<S3Settings, 'endpoint' | 'region' | 'pathStyle' | 'checksums' | 'caBundle'> {
  /** @default what the SDK finds: AWS_SHARED_CREDENTIALS_FILE, or the role of the ServiceAccount */
  readonly keys?: S3Keys;
}

/** How long the parts of a call may take, in milliseconds, and how often it is tried. */
export interface Patience {
  readonly connect: number;
  /** Without a byte, in either direction. */
  readonly idle: number;
  /** From the begin of the request to the head of the answer. */
  readonly answer: number;
  readonly attempts: number;
}

const PATIENCE: Patience = { connect: 5_000, idle: 30_000, answer: 120_000, attempts: 3 };

/** A client for the server that all bundles of a cluster use, or another. */
export function s3Client(settings: ClientSettings, patience: Patience = PATIENCE): S3Client {
  const { endpoint, region, pathStyle = endpoint !== undefined, checksums, caBundle, keys } = settings;
  const when = checksums === 'required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  return new S3Client({
    region,
    endpoint,
    forcePathStyle: pathStyle,
    requestChecksumCalculation: when,
    responseChecksumValidation: when,
    credentials: keys && { ...keys },
    maxAttempts: patience.attempts,
    requestHandler: {
      connectionTimeout: patience.connect,
      socketTimeout: patience.idle,
      requestTimeout: patience.answer,
      throwOnRequestTimeout: true,
      httpsAgent: { ca: caBundle },
    },
  });
}

/** What the environment of a job says; docs/redis-platform.md, "The mover". */
export function settingsFromEnv(env: NodeJS.ProcessEnv, pathStyle: boolean): ClientSettings {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_S3: endpoint, FLEETWRIGHT_S3_CA: caBundle } = env;
  const { AWS_SHARED_CREDENTIALS_FILE: file } = env;
  if (!region) throw new Error('AWS_REGION is not set: it names the region of the bucket');
  const required = env.AWS_REQUEST_CHECKSUM_CALCULATION?.toLowerCase() === 'when_required';
  const keys = file ? parseKeys(readFileSync(file, 'utf8'), file) : undefined;
  return { region, endpoint, pathStyle, caBundle, keys, checksums: required ? 'required' : 'supported' };
}

/**
 * The keys of the profile `default` of a file in AWS's format. The SDK's own reader also takes a program to run
 * (`credential_process`), a file to read and a role to take from it: not with a Secret that an app has written.
 *
 * @param place what to name in an error
 */
export function parseKeys(text: string, place: string): S3Keys {
  const found = new Map<string, string>();
  let profile = '';
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line) ?? [];
    if (section) profile = section;
    // As the SDK reads it: a comment begins after a blank, and a value may hold blanks.
    const [, field, value] = /^\s*([a-z_]+)\s*=\s*(\S.*?)(?:\s+[;#].*)?\s*$/.exec(line) ?? [];
    if (profile === 'default' && field && value) found.set(field, value);
  }
  const accessKeyId = found.get('aws_access_key_id');
  const secretAccessKey = found.get('aws_secret_access_key');
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'aws_secret_access_key' : 'aws_access_key_id';
    throw new Error(`${place}: no ${missing} in a profile [default]; write both keys there, each in a line`);
  }
  return { accessKeyId, secretAccessKey, sessionToken: found.get('aws_session_token') };
}

/** The AWS account of a role, which then has to own the buckets, or undefined. */
export function accountOf(roleArn: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(roleArn)?.[1];
}
