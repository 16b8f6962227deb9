import * as apps from '../../../apps';
import * as clusters from '../../../clusters';
import { addAll } from '../../../constructs';
import type { ApiServer } from '../api-server';
import { Registry } from '../registry';
import { S3 } from '../s3';
import { LiveFleet } from './live-fleet';

/** The cluster that runs pods. */
const WITH_NODE = 'prod-eu';

/** A cluster of the reference fleet on a real server. */
export interface ReferenceCluster {
  readonly server: ApiServer;
  /** What there is of it. */
  readonly what: string;
}

/**
 * The reference fleet in a git repository, and real servers for three of its clusters, each with a Flux that reads
 * it. What the fleet takes from the Internet is not there.
 */
export class Reference {
  private constructor(
    readonly fleet: LiveFleet,
    readonly registry: Registry,
    readonly s3: S3,
  ) {}

  /** Starts the servers that all clusters share. */
  static async start(): Promise<Reference> {
    const servers: { registry?: Registry; s3?: S3 } = {};
    const fleet = await LiveFleet.start(async (stack) => {
      const [registry, s3] = await Promise.all([Registry.start(stack, 'registry'), S3.start(stack, 's3')]);
      Object.assign(servers, { registry, s3 });
      return { 'registry.example.com': { port: registry.port }, 's3.example.com': { port: s3.port } };
    });
    return new Reference(fleet, servers.registry as Registry, servers.s3 as S3);
  }

  /** Commits the fleet, and starts its clusters. */
  async startClusters(): Promise<ReferenceCluster[]> {
    await this.fleet.push((fleet) => {
      addAll(fleet, 'clusters', clusters);
      addAll(fleet, 'apps', apps);
    }, 'The reference fleet');
    return Promise.all([this.startHub(), this.startWithNode(), this.startWithout('prod-us')]);
  }

  private async startHub(): Promise<ReferenceCluster> {
    const hub = await this.fleet.cluster('management');
    await this.fleet.connect(hub);
    return { server: hub.server, what: 'the management cluster, with Flux beside it' };
  }

  private async startWithout(name: string): Promise<ReferenceCluster> {
    const cluster = await this.fleet.cluster(name);
    await this.fleet.connect(cluster, handOverOf(name));
    return { server: cluster.server, what: 'a cluster without a node, with Flux beside it' };
  }

  private async startWithNode(): Promise<ReferenceCluster> {
    const server = await this.fleet.clusterWithNode(WITH_NODE);
    await this.fleet.connect({ server }, handOverOf(WITH_NODE));
    return { server, what: 'a cluster with a node, with Flux in its pods' };
  }
}

/** The source and the root sync that the management cluster gives another one. */
function handOverOf(name: string): string {
  return `management/clusters/${name}/handoff/handoff.yaml`;
}
