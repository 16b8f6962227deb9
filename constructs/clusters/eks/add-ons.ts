import type { AwsManagedControlPlaneSpecAddons } from '../../../imports/controlplane.cluster.x-k8s.io';
import type { Plain } from '../../plain';
import type { EksAddOn, EksAddOns } from './props';

/** The bindings write one field with other capitals than the API. */
type AddOn = Plain<Omit<AwsManagedControlPlaneSpecAddons, 'serviceAccountRoleArn'>> & {
  readonly serviceAccountRoleARN?: string;
};

/** EKS's names of the add-ons. */
export const ADD_ON_NAMES: Readonly<Record<keyof EksAddOns, string>> = {
  vpcCni: 'vpc-cni',
  coreDns: 'coredns',
  kubeProxy: 'kube-proxy',
  ebsCsi: 'aws-ebs-csi-driver',
};

/** The add-ons, as the control plane lists them. */
export function addOnsOf({ vpcCni, coreDns, kubeProxy, ebsCsi }: EksAddOns): readonly AddOn[] {
  return [
    // Left to itself, the driver of the network lets every pod reach every other.
    { ...addOn('vpcCni', vpcCni), configuration: JSON.stringify({ enableNetworkPolicy: 'true' }) },
    addOn('coreDns', coreDns),
    addOn('kubeProxy', kubeProxy),
    {
      ...addOn('ebsCsi', ebsCsi),
      serviceAccountRoleARN: ebsCsi.serviceAccountRole,
      configuration: JSON.stringify({ defaultStorageClass: { enabled: true } }),
    },
  ];
}

/** A new cluster has some of these already, as plain manifests: EKS takes them over. */
function addOn(key: keyof EksAddOns, { version }: EksAddOn): AddOn {
  return { name: ADD_ON_NAMES[key], version, conflictResolution: 'overwrite' };
}
