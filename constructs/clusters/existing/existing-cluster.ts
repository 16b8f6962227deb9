import { type Fields, propsOf } from '../../fleet/check/fields';
import { Cluster, type ClusterProps } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import { addCheck } from '../../problem';
import { CLUSTER_FIELDS, checkClusterFields, VERSION_FIELDS } from '../fields';

/** Properties of an `ExistingCluster`. */
export interface ExistingClusterProps extends ClusterProps {
  /**
   * Whether this cluster runs Cluster API and holds the objects of the others. One cluster of a fleet does.
   * @default false
   */
  readonly management?: boolean;
  /**
   * Whether the management cluster installs Flux on this one: over one that is there already, it would be
   * the second to apply the same objects.
   * @default false: Flux is there
   */
  readonly installFlux?: boolean;
}

const FIELDS: Fields<ExistingClusterProps> = {
  ...CLUSTER_FIELDS,
  management: 'boolean?',
  installFlux: 'boolean?',
};

/**
 * A cluster that nobody makes: the fleet fills it. The management cluster is one. Any other is reached by
 * a kubeconfig in the Secret `<name>-kubeconfig`, key `value`, in the namespace `clusters` of the
 * management cluster.
 */
export class ExistingCluster extends Cluster {
  override readonly isManagement: boolean;
  override readonly flux: 'hub' | 'given';

  constructor(fleet: Fleet, name: string, given: ExistingClusterProps) {
    const props = propsOf(given);
    super(fleet, name, props, { provider: 'existing' });
    this.isManagement = props.management === true;
    this.flux = props.installFlux === true ? 'hub' : 'given';
    addCheck(this, () => checkClusterFields(this.node.path, props, FIELDS, VERSION_FIELDS));
  }
}
