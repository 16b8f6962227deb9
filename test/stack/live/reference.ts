import path from 'node:path';
import * as apps from '../../../apps';
import * as clusters from '../../../clusters';
import { addAll } from '../../../constructs';
import { ROOT } from '../../support/folder';
import type { ApiServer } from '../api-server';
import { Aws } from '../aws';
import { startClusterApi } from '../cluster-api';
import { importedModules } from '../crds';
import { readDist } from '../dist';
import { Registry } from '../registry';
import { S3 } from '../s3';
import { prepareAccount } from './aws-account';
import { chartSites } from './chart-sites';
import { installProviders } from './cluster-api-operator';
import { fluxArtifact } from './flux-artifact';
import { LiveFleet } from './live-fleet';

/** The cluster that runs pods. */
const WITH_NODE = 'prod-eu';

/** That of prod-eu: what the AWS provider makes elsewhere it does not find. */
const REGION = 'eu-central-1';

/** A cluster of the reference fleet on a real server. */
export interface ReferenceCluster {
  readonly server: ApiServer;
  /** What there is of it. */
  readonly what: string;
}

/** What all clusters share. */
interface Shared {
  readonly registry: Registry;
  readonly s3: S3;
  readonly aws: Aws;
}

/**
 * The reference fleet in a git repository, and real servers for three of its clusters, each with a Flux that reads
 * it. On the first, Cluster API makes clusters in moto, in place of AWS. Charts from the Internet are stand-ins, and
 * images are not there.
 */
export class Reference {
  private constructor(
    readonly fleet: LiveFleet,
    readonly shared: Shared,
  ) {}

  /** Starts the servers that all clusters share. */
  static async start(): Promise<Reference> {
    const started: Shared[] = [];
    const fleet = await LiveFleet.start(async (stack) => {
      const manifests = [...readDist(path.join(ROOT, 'dist')).values()].flat();
      const [registry, s3, aws, charts] = await Promise.all([
        Registry.start(stack, 'registry'),
        S3.start(stack, 's3'),
        Aws.start(stack, REGION),
        chartSites(stack, manifests, [await fluxArtifact(await importedModules())]),
      ]);
      started.push({ registry, s3, aws });
      return {
        ...charts,
        'registry.example.com': { port: registry.port },
        's3.example.com': { port: s3.port },
        'iam.amazonaws.com': { port: aws.port },
      };
    });
    return new Reference(fleet, started[0] as Shared);
  }

  /** Commits the fleet, and starts its clusters. */
  async startClusters(): Promise<ReferenceCluster[]> {
    await this.fleet.push((fleet) => {
      addAll(fleet, 'clusters', clusters);
      addAll(fleet, 'apps', apps);
    }, 'The reference fleet');
    return Promise.all([this.startHub(), this.startWithNode(), this.startWithout('prod-us')]);
  }

  /** Stands in for the Cluster API Operator, once Flux has brought what it would read. */
  async installProviders({ server }: ReferenceCluster): Promise<void> {
    await installProviders(server, ['core', 'bootstrap', 'controlPlane', 'aws', 'docker']);
  }

  private async startHub(): Promise<ReferenceCluster> {
    const { stack, outside } = this.fleet;
    const { aws } = this.shared;
    const hub = await this.fleet.cluster('management');
    await Promise.all([
      startClusterApi(stack, hub.server, await importedModules(), { reconcile: true, outside, aws }),
      prepareAccount(aws, ['v1.35.4']),
    ]);
    await this.fleet.connect(hub);
    return { server: hub.server, what: 'the management cluster, with Flux and Cluster API beside it' };
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
