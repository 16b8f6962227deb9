import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build';
import { versitygw } from './parts';
import { type S3Account, S3Accounts } from './s3-accounts';
import type { S3Policy } from './s3-policies';
import type { Stack } from './stack';

/** Who may do everything on an S3 server. */
export const S3_ACCOUNT: S3Account = { accessKey: 'fleetwright', secretKey: 'correct horse battery' };

/** The region of its signatures. */
export const S3_REGION = 'eu-west-1';

/** How to start an S3 server. */
export interface S3Options {
  /** Serve it over TLS, by the stack's own authority, with accounts that may do less than everything. @default false */
  readonly tls?: boolean;
}

/** A running S3 server inside the stack's network. It has neither encryption nor lifecycle. */
export class S3 {
  private constructor(
    readonly url: string,
    readonly port: number,
    /** A folder of it is a bucket. */
    readonly folder: string,
    /** The certificate, in PEM, of the authority that vouches for it; none without TLS. */
    readonly caBundle: string | undefined,
    private readonly iam: S3Accounts | undefined,
  ) {}

  /** Starts a server that keeps the versions of objects. */
  static async start(stack: Stack, name: string, { tls = false }: S3Options = {}): Promise<S3> {
    const { network } = stack;
    const { host } = network;
    const port = await network.port();
    const [folder, versions] = [stack.path(name, 'buckets'), stack.path(name, 'versions')];
    for (const each of [folder, versions]) mkdirSync(each, { recursive: true });
    const iam = tls ? await S3Accounts.start(stack, name, S3_ACCOUNT) : undefined;
    await stack.processes.start({
      name,
      command: [
        path.join(await build(versitygw), 'versitygw'),
        ...[`--port=${host}:${port}`, `--region=${S3_REGION}`, '--quiet'],
        ...(tls ? await tlsFlags(stack, name) : []),
        ...(iam ? iam.flags : []),
        ...['posix', `--versioning-dir=${versions}`, folder],
      ],
      env: { ROOT_ACCESS_KEY_ID: S3_ACCOUNT.accessKey, ROOT_SECRET_ACCESS_KEY: S3_ACCOUNT.secretKey },
      port,
    });
    const authority = tls ? readFileSync(stack.authority.cert, 'utf8') : undefined;
    return new S3(`${tls ? 'https' : 'http'}://${host}:${port}`, port, folder, authority, iam);
  }

  /** Makes an account that may do what its policy says, as AWS's IAM writes it, and nothing else. */
  account(name: string, policy: S3Policy): Promise<S3Account> {
    if (!this.iam) throw new Error('Only an S3 server with TLS has accounts');
    return this.iam.add(name, policy);
  }
}

async function tlsFlags(stack: Stack, name: string): Promise<string[]> {
  // A test reaches it by a relay.
  const subjectAltNames = [`IP:${stack.network.host}`, 'IP:127.0.0.1'];
  const { cert, key } = await stack.authority.issue(`${name}-serving`, { commonName: name, subjectAltNames });
  return [`--cert=${cert}`, `--key=${key}`];
}
