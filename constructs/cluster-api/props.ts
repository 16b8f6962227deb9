/** Switches of a provider, on or off; what is not named is as the provider's release has it. */
export type FeatureGates<Gate extends string> = { readonly [Name in Gate]?: boolean };

/** @see https://cluster-api.sigs.k8s.io/tasks/experimental-features/experimental-features */
export type CoreFeatureGate =
  | 'ClusterTopology'
  | 'InPlaceUpdates'
  | 'MachinePool'
  | 'MachineSetPreflightChecks'
  | 'MachineTaintPropagation'
  | 'MachineWaitForVolumeDetachConsiderVolumeAttachments'
  | 'PriorityQueue'
  | 'ReconcilerRateLimiting'
  | 'RuntimeSDK';

/** Those of the kubeadm bootstrap provider. */
export type BootstrapFeatureGate =
  | 'KubeadmBootstrapFormatIgnition'
  | 'MachinePool'
  | 'PriorityQueue'
  | 'ReconcilerRateLimiting';

/** Those of the kubeadm control plane provider. */
export type ControlPlaneFeatureGate =
  | BootstrapFeatureGate
  | 'ClusterTopology'
  | 'InPlaceUpdates'
  | 'MachineTaintPropagation';

/** Those of the development provider. */
export type DockerFeatureGate =
  | 'ClusterTopology'
  | 'MachinePool'
  | 'PriorityQueue'
  | 'ReconcilerRateLimiting';

/** @see https://cluster-api-aws.sigs.k8s.io/topics/reference/reference */
export type AwsFeatureGate =
  | 'AlternativeGCStrategy'
  | 'AutoControllerIdentityCreator'
  | 'BootstrapFormatIgnition'
  | 'EKS'
  | 'EKSAllowAddRoles'
  | 'EKSEnableIAM'
  | 'EKSFargate'
  | 'EventBridgeInstanceState'
  | 'ExternalResourceGC'
  | 'MachinePool'
  | 'MachinePoolMachines'
  | 'ROSA'
  | 'TagUnmanagedNetworkResources';

/** What every provider takes. */
export interface ProviderProps<Gate extends string> {
  /** @default the release's */
  readonly featureGates?: FeatureGates<Gate>;
}

/** Who the AWS provider is to AWS: keys in a Secret, or a role that its ServiceAccount takes on EKS. */
export type AwsCredentials =
  | {
      /**
       * A Secret of the namespace `capa-system` with the key `AWS_B64ENCODED_CREDENTIALS`: what
       * `clusterawsadm bootstrap credentials encode-as-profile` prints, which is a credentials file in AWS's
       * format with the profile `default`, in base64 (once more than a Secret's `data` is anyway). It may have
       * `GITHUB_TOKEN`, with which the operator asks GitHub for the release. A changed Secret is picked up.
       */
      readonly secretName: string;
    }
  | {
      /**
       * The ARN of a role that trusts `system:serviceaccount:capa-system:capa-controller-manager` by the OIDC
       * provider of the management cluster.
       *
       * @see https://cluster-api-aws.sigs.k8s.io/topics/specify-management-iam-role
       */
      readonly roleArn: string;
    };

/** The AWS provider: EC2 and EKS. */
export interface AwsProviderProps {
  readonly credentials: AwsCredentials;
  /** @default EKS, EKSEnableIAM, EKSFargate and MachinePool on, the rest as in the release */
  readonly featureGates?: FeatureGates<AwsFeatureGate>;
}

/** Properties of a `ClusterApi`. */
export interface ClusterApiProps {
  /** Makes clusters of EC2 machines, and EKS clusters. @default it is not installed */
  readonly aws?: AwsProviderProps;
  /**
   * Makes clusters of containers on the management cluster's host (`LocalCluster`): privileged, and for
   * development only. `{}` is enough.
   * @default it is not installed
   */
  readonly docker?: ProviderProps<DockerFeatureGate>;
  /** Cluster API itself. @default as in the release */
  readonly core?: ProviderProps<CoreFeatureGate>;
  /** Sets machines up as nodes. @default as in the release */
  readonly bootstrap?: ProviderProps<BootstrapFeatureGate>;
  /** Sets control planes up. @default as in the release */
  readonly controlPlane?: ProviderProps<ControlPlaneFeatureGate>;
  /**
   * The name of the fleet's add-on that installs cert-manager, for one that has it on other clusters, too.
   * @default cert-manager is installed here
   */
  readonly certManager?: string;
  /**
   * Where the clean-up job may connect to, and it alone: the management cluster's API server, by the addresses of its
   * Service too, in CIDR notation. The controllers reach clusters and clouds at any address.
   * @default any
   */
  readonly apiServerCidrs?: readonly string[];
}
