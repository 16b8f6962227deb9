import path from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import type { S3Account } from '../../stack/s3-accounts';
import type { Stack } from '../../stack/stack';
import { Checker, type Verdict } from './checker';
import { fill } from './dataset';
import type { Scene } from './faults';
import { Pipeline } from './pipeline';
import { HttpProxy, TcpProxy } from './proxy';
import { RedisServer } from './server';

/** What a server needs to be told so that a job may dump it. */
export const BACKUP_USER = [
  ...['--user', 'backup', 'on', '>secret', 'resetkeys', '-@all', '+sync', '+replconf'],
];

/** A client of an S3 server at a port of loopback. */
export function clientOf(port: number, { accessKey, secretKey }: S3Account): S3Client {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Client({ region: S3_REGION, endpoint, forcePathStyle: true, credentials });
}

/** Makes a bucket that keeps versions. */
export async function makeBucket(client: S3Client, bucket: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: S3_REGION } as const;
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}

/** What a lane is made of. */
export interface LaneProps {
  readonly stack: Stack;
  readonly name: string;
  /** The port of an S3 server on loopback. */
  readonly s3Port: number;
  /** The program of the mover. */
  readonly mover: string;
  readonly seed: number;
  /** The first three numbers of addresses that nothing else uses: the port of a server is always 6379. */
  readonly network: string;
}

/** A server with data, a bucket, and proxies before both: where jobs run one after the other. */
export class Lane {
  private readonly known = new Set<string>();

  private constructor(
    /** The address of the server, through a proxy. */
    readonly host: string,
    readonly source: RedisServer,
    private readonly unchecked: RedisServer,
    readonly scene: Scene,
    readonly pipeline: Pipeline,
    readonly checker: Checker,
    private readonly client: S3Client,
  ) {}

  static async start({ stack, name, s3Port, mover, seed, network }: LaneProps): Promise<Lane> {
    const [host, withoutChecksum] = [`${network}.1`, `${network}.2`];
    const flags = ['--save', '', '--repl-diskless-sync-delay', '0', ...BACKUP_USER];
    const source = await RedisServer.start(stack.path(), stack.path(name, 'source'), [
      '--port',
      '0',
      ...flags,
    ]);
    const other = ['--bind', withoutChecksum, '--port', '6379', '--rdbchecksum', 'no', ...flags];
    const unchecked = await RedisServer.start(stack.path(), stack.path(name, 'unchecked'), other);
    for (const server of [source, unchecked]) await fill(server.connection, seed, 4000);
    const redis = await TcpProxy.start({ path: path.join(source.folder, 'redis.sock') }, host, 6379);
    const requests = await HttpProxy.start(s3Port);
    const connections = await TcpProxy.start({ host: '127.0.0.1', port: requests.port }, '127.0.0.1');
    const client = clientOf(s3Port, S3_ACCOUNT);
    await makeBucket(client, name);
    const checker = new Checker(client, name, stack.path(), stack.path(name));
    const pipeline = new Pipeline({
      ...{ home: stack.path(), folder: stack.path(name, 'jobs'), mover, bucket: name },
      ...{ s3Port: connections.port, credentials: S3_ACCOUNT, region: S3_REGION },
    });
    const scene = { redis, connections, requests, withoutChecksum, bytes: 0 };
    return new Lane(host, source, unchecked, scene, pipeline, checker, client);
  }

  /** What the bucket announces that it did not before, each checked. */
  async news(expected: ReadonlyMap<string, string>): Promise<Verdict[]> {
    const fresh = (await this.checker.list('manifests/')).filter((key) => !this.known.has(key));
    for (const key of fresh) this.known.add(key);
    return Promise.all(fresh.map((key) => this.checker.check(key, expected)));
  }

  async stop(): Promise<void> {
    const { redis, connections, requests } = this.scene;
    for (const each of [this.source, this.unchecked, redis, connections, requests]) await each.stop();
    this.client.destroy();
  }
}
