import { output } from './command';
import { motoCommand } from './moto';
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

/** moto in place of AWS, in the stack's network. */
export class Aws {
  private constructor(
    private readonly stack: Stack,
    readonly region: string,
    /** Where it is served, all services of it, over plain HTTP. */
    readonly port: number,
    private readonly caller: readonly string[],
  ) {}

  /** Starts an AWS in which nothing has been made yet but what every account starts with. */
  static async start(stack: Stack, region: string): Promise<Aws> {
    const { host } = stack.network;
    const port = await stack.network.port();
    await stack.processes.start({
      name: 'moto',
      command: [...(await motoCommand('server.py')), '-H', host, '-p', String(port)],
      env: CREDENTIALS,
      port,
    });
    return new Aws(stack, region, port, await motoCommand('call.py'));
  }

  /** Its address in the stack's network. */
  get url(): string {
    return `http://${this.stack.network.host}:${this.port}`;
  }

  /** Calls its API as boto3 names operations and AWS their parameters. */
  async call<Answer>(service: string, operation: string, parameters: object = {}): Promise<Answer> {
    const args = [this.url, this.region, service, operation, JSON.stringify(parameters)];
    const env = { PATH: process.env.PATH, HOME: this.stack.path() };
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
