import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { RedisServer } from './server';
import { differences, valuesOf } from './values';

/*
 * The independent checker: it shares no code with operator/ and constructs/, and judges a bucket by what is in it and
 * by what a fresh server makes of that.
 */

/** What a manifest has to say, as docs/redis-platform.md describes it. */
interface Announced {
  readonly key: string;
  readonly versionId?: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly keys: number;
  readonly digest: string;
}

/** What was found of one backup that a bucket announces. */
export interface Verdict {
  readonly manifest: string;
  /** What is wrong with it; none if it restores. */
  readonly problems: readonly string[];
}

/** Looks at a bucket from outside. */
export class Checker {
  /**
   * @param home the folder of the stack's run
   * @param scratch where servers are started
   */
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly home: string,
    private readonly scratch: string,
  ) {}

  /** All keys below a prefix. */
  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      token = page.NextContinuationToken;
    } while (token);
    return keys;
  }

  /** How many bytes a manifest announces. */
  async bytesOf(manifest: string): Promise<number> {
    return (JSON.parse((await this.read(manifest)).toString('utf8')) as Announced).bytes;
  }

  /** Restores what a manifest announces, and compares all there is to compare. */
  async check(manifest: string, expected?: ReadonlyMap<string, string>): Promise<Verdict> {
    const problems: string[] = [];
    try {
      const announced = JSON.parse((await this.read(manifest)).toString('utf8')) as Announced;
      const dump = await this.read(announced.key, announced.versionId);
      if (dump.length !== announced.bytes) problems.push(`${dump.length} bytes, not ${announced.bytes}`);
      const sha256 = createHash('sha256').update(dump).digest('hex');
      if (sha256 !== announced.sha256) problems.push(`SHA-256 ${sha256}, not ${announced.sha256}`);
      problems.push(...(await this.restore(dump, announced, expected)));
    } catch (error) {
      problems.push(String(error));
    }
    return { manifest, problems };
  }

  private async restore(
    dump: Buffer,
    announced: Announced,
    expected: ReadonlyMap<string, string> | undefined,
  ): Promise<string[]> {
    const folder = mkdtempSync(path.join(this.scratch, 'fresh-'));
    writeFileSync(path.join(folder, 'dump.rdb'), dump);
    // A replica of nobody keeps what has expired since the dump: the manifest counts that, too.
    const flags = [
      '--port',
      '0',
      '--save',
      '',
      '--replicaof',
      '127.0.0.1',
      '1',
      '--enable-debug-command',
      'yes',
    ];
    let server: RedisServer | undefined;
    try {
      server = await RedisServer.start(this.home, folder, flags);
      const { connection } = server;
      const problems: string[] = [];
      const keyspace = String(await connection.send('info', 'keyspace'));
      const keys = [...keyspace.matchAll(/keys=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      if (keys !== announced.keys) problems.push(`${keys} keys, not ${announced.keys}`);
      const digest = await connection.send('debug', 'digest');
      if (digest !== announced.digest) problems.push(`digest ${digest}, not ${announced.digest}`);
      await connection.send('replicaof', 'no', 'one');
      const differ = expected ? differences(expected, await valuesOf(connection)) : [];
      if (differ.length > 0) problems.push(`${differ.length} values differ, first ${differ[0]}`);
      return problems;
    } finally {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private async read(key: string, version?: string): Promise<Buffer> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, VersionId: version });
    const { Body } = await this.s3.send(command);
    if (!Body) throw new Error(`${key} has no content`);
    return Buffer.from(await Body.transformToByteArray());
  }
}
