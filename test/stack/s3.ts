import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from './build';
import { versitygw } from './parts';
import type { Stack } from './stack';

/** Who may use an S3 server. */
export const S3_ACCOUNT = { accessKey: 'fleetwright', secretKey: 'correct horse battery' } as const;

/** The region of its signatures. */
export const S3_REGION = 'eu-west-1';

/** A running S3 server, over plain HTTP, inside the stack's network. It has no encryption of its own. */
export class S3 {
  private constructor(
    private readonly host: string,
    readonly port: number,
    /** A folder of it is a bucket. */
    readonly folder: string,
  ) {}

  /** Starts a server that keeps the versions of objects. */
  static async start(stack: Stack, name: string): Promise<S3> {
    const { network } = stack;
    const port = await network.port();
    const [folder, versions] = [stack.path(name, 'buckets'), stack.path(name, 'versions')];
    for (const each of [folder, versions]) mkdirSync(each, { recursive: true });
    await stack.processes.start({
      name,
      command: [
        path.join(await build(versitygw), 'versitygw'),
        ...[`--port=${network.host}:${port}`, `--region=${S3_REGION}`, '--quiet'],
        ...['posix', `--versioning-dir=${versions}`, folder],
      ],
      env: { ROOT_ACCESS_KEY_ID: S3_ACCOUNT.accessKey, ROOT_SECRET_ACCESS_KEY: S3_ACCOUNT.secretKey },
      port,
    });
    return new S3(network.host, port, folder);
  }

  /** Where the stack's processes and pods find it. */
  get url(): string {
    return `http://${this.host}:${this.port}`;
  }
}
