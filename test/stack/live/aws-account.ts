import type { Aws } from '../aws';

/**
 * Puts into AWS what docs/clusters.md wants before the first cluster of EC2 machines: instance profiles, roles of EKS,
 * and images for the given versions of Kubernetes.
 */
export async function prepareAccount(aws: Aws, kubernetesVersions: readonly string[]): Promise<void> {
  for (const role of ['control-plane', 'nodes']) {
    const InstanceProfileName = `${role}.cluster-api-provider-aws.sigs.k8s.io`;
    await aws.call('iam', 'create_instance_profile', { InstanceProfileName });
  }
  for (const role of ['eks-controlplane', 'eks-nodegroup', 'eks-fargate']) {
    const RoleName = `${role}.cluster-api-provider-aws.sigs.k8s.io`;
    await aws.call('iam', 'create_role', { RoleName, AssumeRolePolicyDocument: '{}' });
  }
  const { Images } = await aws.call<{ readonly Images: readonly { readonly ImageId: string }[] }>(
    'ec2',
    'describe_images',
    {
      Filters: [
        { Name: 'architecture', Values: ['x86_64'] },
        { Name: 'virtualization-type', Values: ['hvm'] },
      ],
    },
  );
  for (const version of kubernetesVersions) {
    await aws.call('ec2', 'copy_image', {
      Name: `capa-ami-ubuntu-24.04-${version}-1`,
      SourceImageId: Images[0]?.ImageId,
      SourceRegion: aws.region,
    });
  }
}
