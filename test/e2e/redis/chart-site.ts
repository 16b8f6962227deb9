import * as fs from 'node:fs';
import * as path from 'node:path';
import { AddOn, ExistingCluster, expand, type RedisBackupSpec, SharedRelease } from '../../../constructs';
import { platform } from '../../redis-backup/sample';
import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { type FluxObject, isReady } from '../../stack/flux';
import { listOf } from '../../stack/kubernetes-object';
import { LiveFleet } from '../../stack/live/live-fleet';
import { redisImage, valkeyImage } from '../../stack/node/debian-images';
import { binaryImage, digestName } from '../../stack/node/images';
import { addVolumes } from '../../stack/node/volumes';
import { redisExporter } from '../../stack/parts';
import { ROOT } from '../../support/folder';

/** The namespace of the bundles. */
export const NAMESPACE = 'shop';

const EXPORTER = binaryImage('fleetwright.dev/redis-exporter:1', redisExporter, 'redis_exporter');

/** A cluster with a node whose Flux reads charts/redis from the fleet's repository. */
export class ChartSite {
  private constructor(
    readonly fleet: LiveFleet,
    readonly server: ApiServer,
  ) {}

  static async start(): Promise<ChartSite> {
    const fleet = await LiveFleet.start();
    try {
      const server = await fleet.clusterWithNode('edge', [valkeyImage, redisImage, EXPORTER]);
      const site = new ChartSite(fleet, server);
      await addVolumes(fleet.stack, server, 2);
      // For claims to grow; that the volume does is its driver's part.
      const grows = ['--patch={"allowVolumeExpansion":true}', 'storageclass/local'];
      await server.kubectl.output(['patch', '--type=merge', ...grows]);
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      await site.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } });
      fs.cpSync(path.join(ROOT, 'charts'), path.join(fleet.repository.folder, 'charts'), { recursive: true });
      await site.push();
      await fleet.connect({ server });
      return site;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Renders and pushes the fleet. */
  push(): Promise<string> {
    this.fleet.synth(
      (it) => {
        new ExistingCluster(it, 'edge', { kubernetesVersion: 'v1.36.3', management: true });
        new AddOn(it, 'redis-release', {
          ...{ layer: 'controllers', namespace: 'fleetwright-system', placement: {} },
          define: (chart) => void new SharedRelease(chart, 'release'),
        });
      },
      { url: this.fleet.url, interval: '5s', charts: 'charts' },
    );
    return this.fleet.repository.commit('A change');
  }

  async create(...objects: object[]): Promise<void> {
    await this.server.kubectl.output(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
      input: listOf(objects),
    });
  }

  /** Writes the Secret of a user. */
  secret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
    return this.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: NAMESPACE },
      stringData,
    });
  }

  /** Writes a bundle's HelmRelease as the operator does. */
  async release(name: string, redis: RedisBackupSpec['redis'], flavour: 'valkey' | 'redis'): Promise<void> {
    const image = await digestName(flavour === 'valkey' ? valkeyImage : redisImage);
    const identity = { cluster: 'edge', namespace: NAMESPACE, name };
    const objects = expand({ ...identity, spec: { redis: { ...redis, image } } }, platform);
    await this.create(...objects.filter(({ kind }) => kind === 'HelmRelease'));
  }

  /** The values of a platform that wants metrics. */
  async metrics(): Promise<Record<string, unknown>> {
    return { metrics: { image: await digestName(EXPORTER) } };
  }

  /** Waits until a bundle's HelmRelease is Ready as it is now. */
  async released(name: string): Promise<void> {
    let found: FluxObject | undefined;
    await until(`the release of ${name} is Ready`, 300, async () => {
      found = (await this.list<FluxObject>('helmreleases', 'flux-system')).find(({ metadata }) =>
        metadata.name.startsWith(`${NAMESPACE}-${name}-redis-`),
      );
      return found !== undefined && isReady(found);
    }).catch(async (error: Error) => {
      const pod = await this.server.kubectl.run(['describe', 'pods', `--namespace=${NAMESPACE}`]);
      throw new Error(`${error.message}: ${JSON.stringify(found?.status?.conditions)}\n${pod.stdout}`);
    });
  }

  /** Takes a bundle's HelmRelease away, and waits until Helm is done. */
  async remove(name: string): Promise<void> {
    const [found] = (await this.list<FluxObject>('helmreleases', 'flux-system')).filter(({ metadata }) =>
      metadata.name.startsWith(`${NAMESPACE}-${name}-redis-`),
    );
    const which = [`helmrelease/${found?.metadata.name}`, '--namespace=flux-system', '--timeout=300s'];
    await this.server.kubectl.output(['delete', ...which]);
  }

  async list<T>(kind: string, namespace = NAMESPACE): Promise<T[]> {
    const text = await this.server.kubectl.output(['get', kind, `--namespace=${namespace}`, '--output=json']);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  /** A field of an object of the namespace. */
  field(what: string, jsonpath: string): Promise<string> {
    const which = [what, `--namespace=${NAMESPACE}`, '--ignore-not-found'];
    return this.server.kubectl.output(['get', ...which, `--output=jsonpath=${jsonpath}`]);
  }

  /** What tells one life of a server's pod from another. */
  life(name: string): Promise<string> {
    return this.field(
      `pod/${name}-redis-0`,
      '{.metadata.uid}{range .status.containerStatuses[*]} {.name}:{.restartCount}{end}',
    );
  }

  /** Makes a pod as an app has one, in which `ask` runs. */
  async addApp(): Promise<void> {
    const securityContext = {
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    };
    const user = { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } };
    const volumes = [
      { name: 'ca', secret: { secretName: 'till-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    ];
    await this.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'app', namespace: NAMESPACE },
      spec: {
        ...{ automountServiceAccountToken: false, securityContext: user, volumes },
        containers: [
          {
            ...{ name: 'app', image: await digestName(valkeyImage), securityContext },
            command: ['sleep', 'infinity'],
            volumeMounts: [{ name: 'ca', mountPath: '/ca' }],
          },
        ],
      },
    });
    const wait = ['--for=condition=Ready', 'pod/app', `--namespace=${NAMESPACE}`, '--timeout=180s'];
    await this.server.kubectl.output(['wait', ...wait]);
  }

  /** What a bundle's server answers to a user, by its name in the cluster. */
  async ask(name: string, user: string, password: string, ...command: string[]): Promise<string> {
    const tls = name === 'till' ? ['--tls', '--cacert', '/ca/ca.crt'] : [];
    const cli = ['valkey-cli', '-h', `${name}-redis.${NAMESPACE}.svc`, ...tls, '--user', user, ...command];
    const inPod = ['env', `REDISCLI_AUTH=${password}`, 'timeout', '20', ...cli];
    const exec = ['exec', 'pod/app', `--namespace=${NAMESPACE}`, '--', ...inPod];
    const { stdout, stderr } = await this.server.kubectl.run(exec);
    return `${stdout}${stdout ? '' : stderr}`.trim();
  }

  stop(): Promise<void> {
    return this.fleet.stop();
  }
}
