import type { S3Client } from '@aws-sdk/client-s3';
import { type SettingName, s3Client } from '../../../operator/s3';
import { Aws } from '../../stack/aws';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import type { S3Account } from '../../stack/s3-accounts';
import { operatorPolicy } from '../../stack/s3-policies';
import type { Stack } from '../../stack/stack';

/** Servers of three kinds: `plain` is versitygw without TLS. */
export const SERVERS = ['versitygw', 'moto', 'plain'] as const;

/** What each of them has not. */
export const MISSING: Readonly<Record<(typeof SERVERS)[number], readonly SettingName[]>> = {
  versitygw: ['public-access-block', 'encryption', 'lifecycle'],
  moto: [],
  plain: ['public-access-block', 'encryption', 'lifecycle', 'tls-only-policy'],
};

/** The bundle whose buckets are made there. */
export const identity = { cluster: 'prod', clusterUid: 'uid-1', namespace: 'shop', name: 'cart' };

/** S3 servers of all kinds, with a client of each for buckets whose names begin with `test-`. */
export class BucketServers {
  private readonly relays: Relay[] = [];
  private readonly clients = new Map<string, S3Client>();

  static async start(stack: Stack): Promise<BucketServers> {
    const servers = new BucketServers();
    const s3 = await S3.start(stack, 's3', { tls: true });
    await servers.add(stack, s3, 'versitygw', await s3.account('operator', operatorPolicy('test')));
    const aws = await Aws.start(stack, S3_REGION, { tls: true });
    await servers.add(stack, aws, 'moto', aws.account);
    await servers.add(stack, await S3.start(stack, 'plain'), 'plain', S3_ACCOUNT);
    return servers;
  }

  client(name: string): S3Client {
    const client = this.clients.get(name);
    if (!client) throw new Error(`no server is called ${name}`);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients.values()) client.destroy();
    for (const relay of this.relays) await relay.stop();
  }

  private async add(
    stack: Stack,
    server: { readonly port: number; readonly caBundle?: string },
    name: string,
    { accessKey: accessKeyId, secretKey: secretAccessKey }: S3Account,
  ): Promise<void> {
    const relay = await Relay.start(stack, `relay-${name}`, server.port);
    this.relays.push(relay);
    const client = s3Client({
      endpoint: `${server.caBundle ? 'https' : 'http'}://127.0.0.1:${relay.port}`,
      ...{ region: S3_REGION, caBundle: server.caBundle },
      keys: { accessKeyId, secretAccessKey },
    });
    this.clients.set(name, client);
  }
}
