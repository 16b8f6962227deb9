import { protection } from '../../../apps';
import { ExistingCluster, type Fleet, LocalCluster } from '../../../constructs';
import type { LocalClusterProps } from '../../../constructs/clusters';
import { startClusterApi } from '../../stack/cluster-api';
import { until } from '../../stack/command';
import { importedModules } from '../../stack/crds';
import type { LiveCluster, LiveFleet } from '../../stack/live/live-fleet';

/** The management cluster of a fleet whose clusters are made in memory, protected as in docs/protection.md. */
export function addHub(fleet: Fleet): void {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  protection(fleet);
}

/** Adds a cluster whose machines are nothing but objects, but for which Cluster API does all that it does. */
export function addDev(fleet: Fleet, change: Partial<LocalClusterProps> = {}): void {
  new LocalCluster(fleet, 'dev', {
    kubernetesVersion: 'v1.36.3',
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
    controlPlane: { replicas: 1 },
    pools: [{ name: 'workers', replicas: 1 }],
    backend: 'inMemory',
    ...change,
  });
}

/** Starts the management cluster: its API server, Flux, and Cluster API at work. */
export async function startHub(fleet: LiveFleet): Promise<LiveCluster> {
  const hub = await fleet.cluster('management');
  await startClusterApi(fleet.stack, hub.server, await importedModules(), { reconcile: true });
  return hub;
}

/** Waits until a cluster is available. */
export async function available({ server }: LiveCluster, name: string, seconds = 240): Promise<void> {
  await until(`the cluster ${name} is available`, seconds, async () => {
    const wait = ['wait', `cluster/${name}`, '--namespace=clusters', '--for=condition=Available'];
    return (await server.kubectl.run([...wait, '--timeout=10s'])).code === 0;
  });
}
