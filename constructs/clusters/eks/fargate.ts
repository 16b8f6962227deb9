import { ApiObject, type Chart } from 'cdk8s';
import type { AwsFargateProfileSpec } from '../../../imports/infrastructure.cluster.x-k8s.io';
import type { Plain } from '../../plain';
import { CLUSTER_NAME_LABEL, GROUPS, poolAnnotations, VERSION } from '../machinery';
import type { EksFargateProfile } from './props';

const ROLE = 'eks-fargate.cluster-api-provider-aws.sigs.k8s.io';

/** Adds an `AWSFargateProfile`. It names no subnet: the provider takes the private ones. */
export function addFargateProfile(
  chart: Chart,
  id: string,
  cluster: string,
  profile: EksFargateProfile,
): void {
  const { name, selectors, role = ROLE } = profile;
  const spec: Plain<AwsFargateProfileSpec> = {
    clusterName: cluster,
    profileName: name,
    roleName: role,
    selectors,
  };
  new ApiObject(chart, id, {
    apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
    kind: 'AWSFargateProfile',
    metadata: {
      name: `${cluster}-${name}`,
      labels: { [CLUSTER_NAME_LABEL]: cluster },
      annotations: poolAnnotations(profile),
    },
    spec,
  });
}
