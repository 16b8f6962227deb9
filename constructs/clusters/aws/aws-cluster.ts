import type { Chart } from 'cdk8s';
import { propsOf } from '../../fleet/check/fields';
import { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { SharedChart } from '../../flux/shared-chart';
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
  controlPlaneTaints,
  distribute,
  KUBEADM_PROVIDERS,
  nodeLabelArguments,
  standing,
  taintArguments,
} from '../machinery';
import { awsCharts, cloudController, ebsCsi } from './boot';
import { checkAwsCluster } from './check';
import { addAwsInfrastructure } from './infrastructure';
import { addAwsMachines } from './machine-template';
import type { AwsClusterProps, AwsNodePool } from './props';
import { zoneSuffix } from './subnets';

/** The AWS cloud controller manager runs in the cluster: nodes wait for it. */
const EXTERNAL: Argument = { name: 'cloud-provider', value: 'external' };

/** The name by which the AWS cloud controller manager finds the machine of a node. */
const NODE_NAME = '{{ ds.meta_data.local_hostname }}';

/**
 * A cluster of EC2 machines that kubeadm sets up: three control-plane machines and three workers over three
 * zones, say. It needs the AWS provider of Cluster API on the management cluster.
 *
 * @see https://cluster-api-aws.sigs.k8s.io/
 */
export class AwsCluster extends Cluster {
  override readonly flux: 'hub' | 'first-boot';
  override readonly bootCharts: readonly SharedChart[];

  private readonly props: AwsClusterProps;

  constructor(
    private readonly fleet: Fleet,
    name: string,
    given: AwsClusterProps,
  ) {
    const props = propsOf(given);
    const { controlPlane, pools, teardown } = props;
    const madeBy = [...KUBEADM_PROVIDERS, 'infrastructure-aws'];
    super(fleet, name, props, { provider: 'aws', madeBy, controlPlane, pools, teardown });
    this.props = props;
    this.flux = props.firstBoot ? 'first-boot' : 'hub';
    this.bootCharts = props.firstBoot
      ? []
      : [...cniCharts(props.cni ?? 'cilium', props.versions), ...awsCharts(props.versions)];
    addCheck(this, () => {
      const problems = checkAwsCluster(this.node.path, name, props);
      return problems.length > 0 ? problems : checkFirstBoot(this.node.path, props, fleet);
    });
  }

  override define(chart: Chart): void {
    const { name, props } = this;
    if (checkAwsCluster(this.node.path, name, props).length > 0) return;
    const { controlPlane } = props;
    const prefix = `${name}-control-plane`;
    addCluster(chart, {
      name,
      networks: props.networks,
      infrastructure: addAwsInfrastructure(chart, name, props),
      controlPlane: addKubeadmControlPlane(chart, {
        cluster: name,
        controlPlane,
        version: props.kubernetesVersion,
        machines: addAwsMachines(
          chart,
          'control-plane-machines',
          prefix,
          'control-plane',
          controlPlane,
          props,
        ),
        nodeRegistration: {
          name: NODE_NAME,
          kubeletExtraArgs: [EXTERNAL],
          ...controlPlaneTaints(props.pools),
        },
        clusterConfiguration: { controllerManager: { extraArgs: [EXTERNAL] } },
        commands: props.firstBoot && firstBootCommands(this.fleet, this, props.firstBoot),
      }),
    });
    addControlPlaneHealthCheck(chart, name, controlPlane);
    for (const [i, pool] of standing(props.pools)) this.addPool(chart, `pool-${i}`, pool);
  }

  override boot(chart: Chart): void {
    const { name, props } = this;
    if (checkAwsCluster(this.node.path, name, props).length > 0) return;
    const cni = cniBoot(props.cni ?? 'cilium', this, props.versions);
    const network = cni.map(({ id }) => id);
    addBoot(chart, this, [...cni, cloudController(name, props), ebsCsi(name, props, network)]);
  }

  private addPool(chart: Chart, id: string, pool: AwsNodePool): void {
    const { name, kubernetesVersion: version, props } = this;
    const prefix = `${name}-${pool.name}`;
    const machines = addAwsMachines(chart, `${id}-machines`, prefix, 'nodes', pool, props);
    const bootstrap = addKubeadmConfig(chart, `${id}-bootstrap`, prefix, {
      name: NODE_NAME,
      kubeletExtraArgs: [EXTERNAL, ...nodeLabelArguments(pool.labels), ...taintArguments(pool.taints)],
    });
    for (const [zone, replicas] of distribute(pool.replicas, pool.zones ?? props.zones)) {
      const suffix = zoneSuffix(props.region, zone);
      const rest = { version, pool, suffix, failureDomain: zone, replicas, machines, bootstrap };
      addMachineDeployment(chart, `${id}-${suffix}`, { cluster: name, ...rest });
    }
    addPoolHealthCheck(chart, `${id}-health`, name, pool);
  }
}
