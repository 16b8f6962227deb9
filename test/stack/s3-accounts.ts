import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from './build';
import { output } from './command';
import { versitygw } from './parts';
import type { S3Policy } from './s3-policies';
import type { Stack } from './stack';

/** Who may use an S3 server. */
export interface S3Account {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The credentials file of an account, in AWS's format: what the key `credentials` of an S3 Secret holds. */
export function credentialsFile({ accessKey, secretKey }: S3Account): string {
  return `[default]\naws_access_key_id = ${accessKey}\naws_secret_access_key = ${secretKey}\n`;
}

/** The IAM service beside an S3 server: users with policies, as AWS has them. */
export class S3Accounts {
  private constructor(
    private readonly stack: Stack,
    private readonly url: string,
    private readonly root: S3Account,
    private readonly socket: string,
  ) {}

  /** Starts the service of the S3 server of the given name. */
  static async start(stack: Stack, name: string, root: S3Account): Promise<S3Accounts> {
    const port = await stack.network.port();
    const { host } = stack.network;
    const folder = stack.path(name, 'iam');
    mkdirSync(folder, { recursive: true });
    const socket = stack.path(name, 'iam.sock');
    await stack.processes.start({
      name: `${name}-iam`,
      command: [
        path.join(await build(versitygw), 'versitygw'),
        ...[`--port=${host}:${port}`, '--quiet', 'iam', `--dir=${folder}`, `--private-ports=${socket}`],
      ],
      env: { ROOT_ACCESS_KEY_ID: root.accessKey, ROOT_SECRET_ACCESS_KEY: root.secretKey },
      port,
    });
    return new S3Accounts(stack, `http://${host}:${port}/`, root, socket);
  }

  /** The flags by which the S3 server asks it. */
  get flags(): string[] {
    return [`--iam-standalone-endpoint=${this.socket}`];
  }

  /** Makes a user with a policy and a key. */
  async add(name: string, policy: S3Policy): Promise<S3Account> {
    await this.call('CreateUser', { UserName: name });
    const PolicyDocument = JSON.stringify(policy);
    await this.call('PutUserPolicy', { UserName: name, PolicyName: name, PolicyDocument });
    const answer = await this.call('CreateAccessKey', { UserName: name });
    const field = (tag: string) => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(answer)?.[1];
    const [accessKey, secretKey] = [field('AccessKeyId'), field('SecretAccessKey')];
    if (!accessKey || !secretKey) throw new Error(`IAM made no key for ${name}: ${answer}`);
    return { accessKey, secretKey };
  }

  /** @see https://docs.aws.amazon.com/IAM/latest/APIReference/ */
  private call(action: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters });
    const { accessKey, secretKey } = this.root;
    // From its standard input, since a command line is for everybody to read.
    const user = `user = "${accessKey}:${secretKey}"\n`;
    const signed = ['--aws-sigv4', 'aws:amz:us-east-1:iam', '--config', '-'];
    const curl = ['curl', '--silent', '--show-error', '--fail-with-body', ...signed];
    return output(this.stack.network.inside([...curl, '--data', body.toString(), this.url]), { input: user });
  }
}
