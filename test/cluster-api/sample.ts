import type { ClusterApiProps } from '../../constructs';

export const roleArn = 'arn:aws:iam::123456789012:role/controllers';

export const allProps: Required<ClusterApiProps> = {
  aws: { credentials: { secretName: 'aws-credentials' }, featureGates: { EKSFargate: false, ROSA: true } },
  docker: { featureGates: { ClusterTopology: true } },
  core: { featureGates: { ClusterTopology: true, InPlaceUpdates: false } },
  bootstrap: { featureGates: { KubeadmBootstrapFormatIgnition: true } },
  controlPlane: { featureGates: { ClusterTopology: true } },
  certManager: 'certificates',
  apiServerCidrs: ['10.96.0.1/32', '192.0.2.0/24'],
};
