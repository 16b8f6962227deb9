import type { Chart } from 'cdk8s';
import { propsOf } from '../../fleet/check/fields';
import { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import { addCheck } from '../../problem';
import { addCluster, standing } from '../machinery';
import { checkEksCluster } from './check';
import { addEksControlPlane, addEksInfrastructure } from './control-plane';
import { addFargateProfile } from './fargate';
import { addManagedPool } from './managed-pool';
import type { EksClusterProps } from './props';
import { addSelfManagedPool } from './self-managed-pool';
import { inFull } from './version';

/**
 * A cluster whose control plane AWS runs, with machines that EKS manages, machines that Cluster API makes,
 * and pods on Fargate. Its network and volumes are add-ons of EKS, so it needs no boot. It needs the AWS
 * provider of Cluster API on the management cluster.
 *
 * @see https://cluster-api-aws.sigs.k8s.io/topics/eks/
 */
export class EksCluster extends Cluster {
  private readonly props: EksClusterProps;

  constructor(fleet: Fleet, name: string, given: EksClusterProps) {
    const props = propsOf(given);
    const { networks, teardown } = props;
    const { kubernetesVersion, pools } = inFull(props);
    super(
      fleet,
      name,
      { ...props, kubernetesVersion, networks: networks && { pods: [], ...networks } },
      {
        provider: 'eks',
        madeBy: ['infrastructure-aws'],
        teardown,
        pools,
        versionExample: 'v1.35',
      },
    );
    this.props = props;
    addCheck(this, () => checkEksCluster(this.node.path, name, props));
  }

  override define(chart: Chart): void {
    const { name, props, kubernetesVersion: version } = this;
    if (checkEksCluster(this.node.path, name, props).length > 0) return;
    addCluster(chart, {
      name,
      networks: { pods: [], ...props.networks },
      infrastructure: addEksInfrastructure(chart, name),
      controlPlane: addEksControlPlane(chart, name, props),
    });
    for (const [i, pool] of standing(props.pools)) {
      if (pool.kind === 'self-managed') addSelfManagedPool(chart, `pool-${i}`, name, version, pool, props);
      else addManagedPool(chart, `pool-${i}`, name, version, pool);
    }
    for (const [i, profile] of standing(props.fargate ?? [])) {
      addFargateProfile(chart, `fargate-${i}`, name, profile);
    }
  }
}
