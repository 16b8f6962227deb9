import { readFileSync } from 'node:fs';
import { output } from './command';
import { motoCommand } from './moto';
import type { S3Account } from './s3-accounts';
import type { Stack } from './stack';

/** The account that moto has, by which images are looked up. */
export const ACCOUNT_ID = '123456789012';

/** Who calls: moto lets everybody do everything. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** The services that the AWS provider calls, by the names of its flag. */
const SERVICES = [
  ...['ec2', 'elasticloadbalancing', 'elasticloadbalancingv2', 'autoscaling', 'eks', 'iam', 'sts', 's3'],
  ...['ssm', 'secretsmanager', 'tagging', 'events', 'sqs'],
];

/** What a machine of EC2 is in an answer of its API, as far as it is read here. */
export interface Instance {
  readonly InstanceId: string;
  readonly InstanceType: string;
  readonly PrivateDnsName: string;
  readonly SubnetId: string;
  readonly Placement: { readonly AvailabilityZone: string };
  readonly State: { readonly Name: string };
  readonly Tags: readonly Tag[];
}

/** A tag of something in AWS. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** How to start an AWS. */
export interface AwsOptions {
  /** Serve it over TLS, by the stack's own authority. @default false */
  readonly tls?: boolean;
}

/** moto in place of AWS, in the stack's network. */
export class Aws {
  private constructor(
    private readonly stack: Stack,
    readonly region: string,
    /** Where it is served, all services of it. */
    readonly port: number,
    /** Its address in the stack's network. */
    readonly url: string,
    private readonly caller: readonly string[],
  ) {}

  /** Starts an AWS in which nothing has been made yet but what every account starts with. */
  static async start(stack: Stack, region: string, { tls = false }: AwsOptions = {}): Promise<Aws> {
    const { host } = stack.network;
    const port = await stack.network.port();
    const server = [...(await motoCommand('server.py')), '-H', host, '-p', String(port)];
    await stack.processes.start({
      name: 'moto',
      command: [...server, ...(tls ? await tlsFlags(stack) : [])],
      env: CREDENTIALS,
      port,
    });
    const url = `${tls ? 'https' : 'http'}://${host}:${port}`;
    return new Aws(stack, region, port, url, await motoCommand('call.py'));
  }

  /** The certificate, in PEM, of the authority that vouches for it where it has TLS. */
  get caBundle(): string {
    return readFileSync(this.stack.authority.cert, 'utf8');
  }

  /** Who may use it, which is everybody. */
  get account(): S3Account {
    return { accessKey: CREDENTIALS.AWS_ACCESS_KEY_ID, secretKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY };
  }

  /** Calls its API as boto3 names operations and AWS their parameters. */
  async call<Answer>(service: string, operation: string, parameters: object = {}): Promise<Answer> {
    const args = [this.url, this.region, service, operation, JSON.stringify(parameters)];
    const trusted = { AWS_CA_BUNDLE: this.stack.authority.cert };
    const env = { PATH: process.env.PATH, HOME: this.stack.path(), ...trusted };
    return JSON.parse(await output(this.stack.network.inside([...this.caller, ...args]), { env }));
  }

  /** The machines of a cluster, also those that have ended, by the tag that the provider gives them. */
  async instances(cluster: string): Promise<Instance[]> {
    interface Answer {
      readonly Reservations: readonly { readonly Instances: readonly Instance[] }[];
    }
    const Filters = [{ Name: `tag:${tagOf(cluster)}`, Values: ['owned'] }];
    const { Reservations } = await this.call<Answer>('ec2', 'describe_instances', { Filters });
    return Reservations.flatMap(({ Instances }) => Instances);
  }

  /** The flags by which the AWS provider finds it. */
  get flags(): string[] {
    const services = SERVICES.map((service) => `${service}=${this.url}`);
    return [`--service-endpoints=${this.region}:${services.join(',')}`];
  }

  /** The environment by which the AWS provider may use it. */
  get env(): Readonly<Record<string, string>> {
    return { ...CREDENTIALS, AWS_REGION: this.region };
  }
}

/** The key of the tag of everything that the AWS provider makes for a cluster. */
export function tagOf(cluster: string): string {
  return `sigs.k8s.io/cluster-api-provider-aws/cluster/${cluster}`;
}

async function tlsFlags(stack: Stack): Promise<string[]> {
  // A test reaches it by a relay.
  const subjectAltNames = [`IP:${stack.network.host}`, 'IP:127.0.0.1'];
  const { cert, key } = await stack.authority.issue('moto-serving', { commonName: 'moto', subjectAltNames });
  return ['--ssl-cert', cert, '--ssl-key', key];
}
