import { AddOn, type AddOnProps } from '../fleet/app';
import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/fleet';

/** Properties of a `ManagementAddOn`. */
type Props = Omit<AddOnProps<object>, 'layer' | 'placement'>;

/** An add-on of the management cluster alone, whatever that one's name and labels are. */
export class ManagementAddOn extends AddOn<object> {
  /** @param provides the label of the provider that it installs, if it does */
  constructor(
    fleet: Fleet,
    name: string,
    props: Props,
    override readonly provides?: string,
  ) {
    super(fleet, name, { layer: 'controllers', placement: {}, ...props });
  }

  override selects(cluster: Cluster): boolean {
    return cluster.isManagement && super.selects(cluster);
  }
}
