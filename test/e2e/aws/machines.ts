import { mkdirSync } from 'node:fs';
import type { ApiServer } from '../../stack/api-server';
import type { Aws, Instance } from '../../stack/aws';
import { CertificateAuthority } from '../../stack/certificates';
import { until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { listOf } from '../../stack/kubernetes-object';
import type { LiveCluster } from '../../stack/live/live-fleet';
import type { Stack } from '../../stack/stack';

const ROLE_TAG = 'sigs.k8s.io/cluster-api-provider-aws/role';
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

/**
 * What runs on the machines of an `AwsCluster`: moto's are only entries in its tables. A real API server stands in for
 * the one that kubeadm would start on the first machine, a Node object for each kubelet, and the status of Flux's
 * Deployments for their pods.
 */
export class AwsMachines {
  private constructor(
    private readonly aws: Aws,
    readonly server: ApiServer,
  ) {}

  /**
   * Starts the API server at the load balancer's name, with the authority that Cluster API has made for the cluster,
   * once its first machine runs.
   */
  static async start(stack: Stack, hub: LiveCluster, aws: Aws, name: string): Promise<AwsMachines> {
    const { kubectl } = hub.server;
    const read = async (...args: string[]) =>
      (await kubectl.output(['get', ...args, '--namespace=clusters', '--ignore-not-found'])).trim();
    await until(`the first machine of ${name} runs`, 300, async () => (await running(aws, name)).length > 0);
    const [host = '', port = ''] = (
      await read(
        'cluster',
        name,
        '--output=jsonpath={.spec.controlPlaneEndpoint.host} {.spec.controlPlaneEndpoint.port}',
      )
    ).split(' ');
    const secret = JSON.parse(await read('secret', `${name}-ca`, '--output=json'));
    const text = (key: string) => Buffer.from(secret.data[key], 'base64').toString('utf8');
    const folder = stack.path(`${name}-authority`);
    mkdirSync(folder);
    const authority = CertificateAuthority.adopt(folder, text('tls.crt'), text('tls.key'));
    const server = await stack.apiServer(name, { authority, names: [host], port: Number(port) });
    // Nobody sends heartbeats, and no pod of a Deployment runs.
    const absent = ['node-lifecycle-controller', 'deployment-controller'];
    const controllers = ['*', ...absent.map((each) => `-${each}`)].join(',');
    await startControllerManager(stack, server, [`--controllers=${controllers}`]);
    await server.kubectl.output(['create', 'configmap', 'kubeadm-config', '--namespace=kube-system']);
    return new AwsMachines(aws, server);
  }

  /** Lets the machines that run now join, as their kubelets would. */
  async join(): Promise<void> {
    const { kubectl, name } = this.server;
    const known = await kubectl.output(['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}']);
    const joining = (await running(this.aws, name)).filter(
      (instance) => !known.split(' ').includes(instance.PrivateDnsName),
    );
    if (joining.length === 0) return;
    const apply = ['apply', '--server-side', '--field-manager=kubelet', '--filename=-'];
    const input = listOf(joining.map(nodeOf));
    await kubectl.output(apply, { input });
    await kubectl.output([...apply, '--subresource=status'], { input });
  }

  /** Says of Flux's Deployments that their pods run. */
  async runFlux(): Promise<void> {
    const { kubectl } = this.server;
    const get = ['get', 'deployments', '--namespace=flux-system', '--output=json'];
    const { items } = JSON.parse(await kubectl.output(get));
    for (const { metadata, status } of items) {
      if (status.observedGeneration === metadata.generation) continue;
      const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
      const conditions = [
        { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ];
      const known = { observedGeneration: metadata.generation, ...counts, conditions };
      const patch = JSON.stringify({ status: known });
      const which = ['deployment', metadata.name, '--namespace=flux-system'];
      await kubectl.output(['patch', ...which, '--subresource=status', '--type=merge', `--patch=${patch}`]);
    }
  }
}

async function running(aws: Aws, cluster: string): Promise<Instance[]> {
  return (await aws.instances(cluster)).filter(({ State }) => State.Name === 'running');
}

function nodeOf({ InstanceId, PrivateDnsName, Placement, Tags }: Instance) {
  const role = Tags.find(({ Key }) => Key === ROLE_TAG)?.Value;
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' };
  const pressure = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
    ...{ type, status: 'False', reason: 'KubeletHasEnough', message: '' },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: PrivateDnsName,
      labels: {
        'kubernetes.io/hostname': PrivateDnsName,
        'topology.kubernetes.io/zone': Placement.AvailabilityZone,
        ...(role === 'control-plane' ? { [CONTROL_PLANE]: '' } : {}),
      },
    },
    spec: { providerID: `aws:///${Placement.AvailabilityZone}/${InstanceId}` },
    status: { conditions: [ready, ...pressure] },
  };
}
