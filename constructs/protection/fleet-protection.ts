import { Construct } from 'constructs';
import { checkFields, type Fields } from '../fleet/check/fields';
import { addCheck } from '../problem';
import { addDeletionPolicy, checkControllers } from './deletion';
import { addReferencePolicy } from './references';
import { addTenantPolicy } from './tenants';

/** Properties of a `FleetProtection`. */
export interface FleetProtectionProps {
  /**
   * The users of Cluster API's own controllers, which delete the parts of a cluster that may be deleted.
   * @default the ServiceAccounts that the core, kubeadm, AWS and development providers install
   */
  readonly controllers?: readonly string[];
}

const FIELDS: Fields<FleetProtectionProps> = { controllers: 'strings?' };

/**
 * Policies of the API server itself: one refuses to delete what holds machines or data, one refuses
 * copies of clusters and pools under another name, one refuses syncs of tenants that would act as Flux. See docs/protection.md.
 */
export class FleetProtection extends Construct {
  constructor(scope: Construct, id: string, props: FleetProtectionProps = {}) {
    super(scope, id);
    addDeletionPolicy(this, props.controllers);
    addReferencePolicy(this);
    addTenantPolicy(this);
    addCheck(this, () => [
      ...checkFields(this.node.path, '', props, FIELDS),
      ...checkControllers(this.node.path, props.controllers),
    ]);
  }
}
