import { acceleratorOf, architectureOf } from '../aws/instance-type';

/** The images for managed pools: AL2023 and Bottlerocket, for each kind of processors. */
export const AMI_TYPES = [
  'AL2023_x86_64_STANDARD',
  'AL2023_ARM_64_STANDARD',
  'AL2023_x86_64_NVIDIA',
  'AL2023_ARM_64_NVIDIA',
  'AL2023_x86_64_NEURON',
  'BOTTLEROCKET_x86_64',
  'BOTTLEROCKET_ARM_64',
  'BOTTLEROCKET_x86_64_FIPS',
  'BOTTLEROCKET_ARM_64_FIPS',
  'BOTTLEROCKET_x86_64_NVIDIA',
  'BOTTLEROCKET_ARM_64_NVIDIA',
] as const;

/** An image for managed pools, by EKS's name. */
export type EksAmiType = (typeof AMI_TYPES)[number];

/** The image of a managed pool, such as `AL2023_x86_64_STANDARD`: AL2023 for the processors of the machines. */
export function amiTypeOf(instanceType: string): EksAmiType {
  const architecture = architectureOf(instanceType) === 'arm64' ? 'ARM_64' : 'x86_64';
  const kind = (acceleratorOf(instanceType) ?? 'standard').toUpperCase();
  return `AL2023_${architecture}_${kind}` as EksAmiType;
}

/**
 * By which name the provider finds EKS's AL2023 image for a self-managed machine. It looks at the architecture
 * of plain machines by itself, and knows Nvidia's processors in amd64 machines only; undefined if there is none.
 */
export function eksLookupOf(instanceType: string): 'AmazonLinux2023' | 'AmazonLinux2023GPU' | undefined {
  const accelerator = acceleratorOf(instanceType);
  if (accelerator === undefined) return 'AmazonLinux2023';
  return accelerator === 'nvidia' && architectureOf(instanceType) === 'amd64'
    ? 'AmazonLinux2023GPU'
    : undefined;
}
