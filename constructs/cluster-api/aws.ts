import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { InfrastructureProviderSpec } from '../../imports/operator.cluster.x-k8s.io';
import type { Plain } from '../plain';
import { addControllerPolicy } from './network';
import type { AwsCredentials } from './props';
import { PROVIDERS } from './providers';

/**
 * What EKS clusters need beyond the release's defaults; without such objects nothing comes of it. Without EKSEnableIAM
 * the provider makes no OIDC provider for a cluster, and stops there, before its add-ons. With it, it also makes a role
 * that is missing, though it is named, and deletes that with the cluster that it made it for, whoever else has it; a
 * Fargate profile's role it deletes in any case. So it should not have the right to do so: see docs/clusters.md.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/pkg/cloud/services/eks/oidc.go#L52
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/pkg/cloud/services/eks/roles.go#L94
 */
export const AWS_FEATURE_GATES = {
  EKS: true,
  EKSEnableIAM: true,
  EKSFargate: true,
  MachinePool: true,
} as const;

const ROLE_VARIABLES = 'aws-variables';

/**
 * The AWS provider's settings for who it is.
 *
 * Its manifests want AWS_B64ENCODED_CREDENTIALS in any case, and the operator takes it from a Secret only. With a
 * role it is a file that says nothing: AWS's SDK prefers the token of the role. The manifests know a variable for
 * the role, too; as a patch it need not be in a Secret.
 */
export function awsSpec(
  credentials: AwsCredentials,
): Plain<Pick<InfrastructureProviderSpec, 'configSecret' | 'patches'>> {
  const { namespace } = PROVIDERS.aws;
  if ('secretName' in credentials) return { configSecret: { name: credentials.secretName, namespace } };
  const annotations = { 'eks.amazonaws.com/role-arn': credentials.roleArn };
  return {
    configSecret: { name: ROLE_VARIABLES, namespace },
    patches: [
      {
        target: { kind: 'ServiceAccount', name: 'capa-controller-manager' },
        patch: JSON.stringify({ metadata: { annotations } }),
      },
    ],
  };
}

/** Adds what the AWS provider needs beside it. */
export function addAwsParts(scope: Construct, credentials: AwsCredentials): void {
  addControllerPolicy(scope, 9443);
  if ('secretName' in credentials) return;
  new ApiObject(scope, 'variables', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: ROLE_VARIABLES },
    // A line feed in base64, as the manifests want it, and in base64, as a Secret does.
    data: { AWS_B64ENCODED_CREDENTIALS: 'Q2c9PQ==' },
  });
}
