import { ApiObject, type Chart } from 'cdk8s';
import type {
  DevClusterSpec,
  DevMachineTemplateSpec,
} from '../../../imports/infrastructure.cluster.x-k8s.io';
import { propsOf } from '../../fleet/check/fields';
import { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { SharedChart } from '../../flux/shared-chart';
import type { Plain } from '../../plain';
import { addCheck } from '../../problem';
import { addBoot, cniBoot, cniCharts } from '../boot';
import { checkFirstBoot, firstBootCommands } from '../first-boot';
import {
  type Argument,
  addCluster,
  addControlPlaneHealthCheck,
  addKubeadmConfig,
  addKubeadmControlPlane,
  addMachineDeployment,
  addPoolHealthCheck,
  addTemplate,
  controlPlaneTaints,
  GROUPS,
  KUBEADM_PROVIDERS,
  nodeLabelArguments,
  type Reference,
  standing,
  taintArguments,
  VERSION,
} from '../machinery';
import { checkLocalCluster, installedCni } from './check';
import type { LocalClusterProps, LocalNodePool } from './props';

/** A laptop's disk is fuller than a server's: pods stay all the same. */
const NO_EVICTION: Argument = {
  name: 'eviction-hard',
  value: 'nodefs.available<0%,nodefs.inodesFree<0%,imagefs.available<0%',
};

/** Where a load balancer in a container is reached from the machine that runs it. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '0.0.0.0', 'host.docker.internal'];

/**
 * A cluster whose machines are containers of the management cluster's host, by the provider that Cluster
 * API is tested with. For development, never for production.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api/tree/main/test/infrastructure/docker
 */
export class LocalCluster extends Cluster {
  override readonly flux: 'hub' | 'first-boot';
  override readonly bootCharts: readonly SharedChart[];

  private readonly props: LocalClusterProps;

  constructor(
    private readonly fleet: Fleet,
    name: string,
    given: LocalClusterProps,
  ) {
    const props = propsOf(given);
    const { controlPlane, pools, teardown } = props;
    const madeBy = [...KUBEADM_PROVIDERS, 'infrastructure-docker'];
    super(fleet, name, props, { provider: 'local', madeBy, controlPlane, pools, teardown });
    this.props = props;
    this.flux = props.firstBoot ? 'first-boot' : 'hub';
    this.bootCharts = cniCharts(installedCni(props), props.versions);
    addCheck(this, () => {
      const problems = checkLocalCluster(this.node.path, name, props);
      return problems.length > 0 ? problems : checkFirstBoot(this.node.path, props, fleet);
    });
  }

  override define(chart: Chart): void {
    const { name, props } = this;
    if (checkLocalCluster(this.node.path, name, props).length > 0) return;
    const infrastructure = { apiGroup: GROUPS.infrastructure, kind: 'DevCluster', name };
    const spec: Plain<DevClusterSpec> = { backend: { [props.backend ?? 'docker']: {} } };
    new ApiObject(chart, 'infrastructure', {
      apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
      kind: infrastructure.kind,
      metadata: { name },
      spec,
    });
    const controlPlane = addKubeadmControlPlane(chart, {
      cluster: name,
      controlPlane: props.controlPlane,
      version: props.kubernetesVersion,
      machines: this.addMachines(chart, 'control-plane-machines', `${name}-control-plane`, true),
      nodeRegistration: { kubeletExtraArgs: [NO_EVICTION], ...controlPlaneTaints(props.pools) },
      clusterConfiguration: { apiServer: { certSANs: LOCAL_NAMES } },
      commands: props.firstBoot && firstBootCommands(this.fleet, this, props.firstBoot),
    });
    addCluster(chart, { name, networks: props.networks, infrastructure, controlPlane });
    addControlPlaneHealthCheck(chart, name, props.controlPlane);
    for (const [i, pool] of standing(props.pools)) this.addPool(chart, `pool-${i}`, pool);
  }

  override boot(chart: Chart): void {
    if (checkLocalCluster(this.node.path, this.name, this.props).length > 0) return;
    addBoot(chart, this, cniBoot(installedCni(this.props), this, this.props.versions));
  }

  private addPool(chart: Chart, id: string, pool: LocalNodePool): void {
    const { name, kubernetesVersion: version } = this;
    const prefix = `${name}-${pool.name}`;
    addMachineDeployment(chart, id, {
      cluster: name,
      version,
      pool,
      replicas: pool.replicas,
      machines: this.addMachines(chart, `${id}-machines`, prefix, false),
      bootstrap: addKubeadmConfig(chart, `${id}-bootstrap`, prefix, {
        kubeletExtraArgs: [NO_EVICTION, ...nodeLabelArguments(pool.labels), ...taintArguments(pool.taints)],
      }),
    });
    addPoolHealthCheck(chart, `${id}-health`, name, pool);
  }

  private addMachines(chart: Chart, id: string, prefix: string, controlPlane: boolean): Reference {
    const backend = this.props.backend === 'inMemory' ? { inMemory: inMemory(controlPlane) } : { docker: {} };
    const spec: Plain<DevMachineTemplateSpec> = { template: { spec: { backend } } };
    return addTemplate(chart, id, {
      apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
      kind: 'DevMachineTemplate',
      prefix,
      spec,
    });
  }
}

function inMemory(controlPlane: boolean) {
  const within = (startupDuration: string) => ({ provisioning: { startupDuration } });
  const machine = { vm: within('10s'), node: within('2s') };
  return controlPlane ? { ...machine, apiServer: within('2s'), etcd: within('2s') } : machine;
}
