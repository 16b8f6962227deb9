import { ApiObject, type Chart } from 'cdk8s';
import type { AwsManagedControlPlaneSpec } from '../../../imports/controlplane.cluster.x-k8s.io';
import type { Plain } from '../../plain';
import { networkOf } from '../aws/infrastructure';
import { GROUPS, type Reference, VERSION } from '../machinery';
import { accessEntriesOf } from './access';
import { addOnsOf } from './add-ons';
import type { EksClusterProps } from './props';

/** The fields of the control plane that the bindings write with other capitals than the API, apart. */
type Spec = Plain<
  Omit<
    AwsManagedControlPlaneSpec,
    'endpointAccess' | 'associateOidcProvider' | 'accessEntries' | 'addons' | 'network'
  >
> & { readonly associateOIDCProvider: boolean; readonly endpointAccess: object } & {
  readonly accessEntries?: readonly object[];
  readonly addons: readonly object[];
  readonly network: object;
};

const ROLE = 'eks-controlplane.cluster-api-provider-aws.sigs.k8s.io';

/** Adds the `AWSManagedCluster`, which only says where the control plane is. */
export function addEksInfrastructure(chart: Chart, name: string): Reference {
  const reference = { apiGroup: GROUPS.infrastructure, kind: 'AWSManagedCluster', name };
  new ApiObject(chart, 'infrastructure', {
    apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
    kind: reference.kind,
    metadata: { name },
    spec: {},
  });
  return reference;
}

/**
 * Adds the `AWSManagedControlPlane`: the VPC, the API server and etcd that EKS runs, and the add-ons.
 *
 * @see https://cluster-api-aws.sigs.k8s.io/topics/eks/
 */
export function addEksControlPlane(chart: Chart, cluster: string, props: EksClusterProps): Reference {
  const { kubernetesVersion, region, identity, sshKeyName = '', role = ROLE, secretsKey } = props;
  const name = `${cluster}-control-plane`;
  const spec: Spec = {
    eksClusterName: cluster,
    region,
    version: kubernetesVersion,
    identityRef: identity ?? { kind: 'AWSClusterControllerIdentity', name: 'default' },
    roleName: role,
    sshKeyName,
    associateOIDCProvider: true,
    accessConfig: { authenticationMode: 'api_and_config_map' },
    accessEntries: accessEntriesOf(props),
    endpointAccess: endpointOf(props.endpoint),
    encryptionConfig: { provider: secretsKey, resources: ['secrets'] },
    logging: { apiServer: true, audit: true, authenticator: true, controllerManager: true, scheduler: true },
    addons: addOnsOf(props.addOns),
    // Empty, or the provider would write down rules for Calico.
    network: { ...networkOf(cluster, props), cni: {} },
  };
  new ApiObject(chart, 'control-plane', {
    apiVersion: `${GROUPS.controlPlane}/${VERSION}`,
    kind: 'AWSManagedControlPlane',
    metadata: { name },
    spec,
  });
  return { apiGroup: GROUPS.controlPlane, kind: 'AWSManagedControlPlane', name };
}

/** The machines of the VPC use the private endpoint, whatever the public one is. */
function endpointOf(endpoint: EksClusterProps['endpoint']) {
  if (endpoint === 'private') return { private: true, public: false };
  const publicCIDRs = endpoint === 'everyone' ? ['0.0.0.0/0'] : [...endpoint.publicCidrs].sort();
  return { private: true, public: true, publicCIDRs };
}
