import type { Problem } from '../../problem';

/** What a machine's processor runs, as Kubernetes names it in the label `kubernetes.io/arch`. */
export type Architecture = 'amd64' | 'arm64';

/** Processors beside the machine's own, each with images that know them. */
export type Accelerator = 'nvidia' | 'neuron';

/** AWS's own processors have a `g` behind the generation; a1 was their first, and GB200 is Nvidia's. */
const ARM = /^(a1|[a-z]+\d+[a-z]*g[a-z]*|p\d+[a-z]*-gb\d+)$/;

/** Families whose graphics processors are Nvidia's; those of g4ad are AMD's. */
const NVIDIA = /^(p|g|gr)\d(?!ad$)/;

/** AWS's own accelerators. */
const NEURON = /^(inf|trn)\d/;

/**
 * What the processors of an EC2 instance type run.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function architectureOf(instanceType: string): Architecture {
  return ARM.test(familyOf(instanceType)) ? 'arm64' : 'amd64';
}

/** The accelerators of an EC2 instance type that an image has to know, if it has any. */
export function acceleratorOf(instanceType: string): Accelerator | undefined {
  const family = familyOf(instanceType);
  if (NVIDIA.test(family)) return 'nvidia';
  return NEURON.test(family) ? 'neuron' : undefined;
}

/**
 * An EKS AMI type, such as `AL2023_ARM_64_STANDARD`, that does not start on an instance type, or is made for
 * processors that it does not have. `CUSTOM` says nothing about what is in the image.
 *
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html
 */
export function checkAmiType(path: string, field: string, amiType: string, instanceType: string): Problem[] {
  const architecture = /_(ARM_64|x86_64)(_|$)/.exec(amiType)?.[1];
  if (architecture === undefined) return [];
  const runs: Architecture = architecture === 'ARM_64' ? 'arm64' : 'amd64';
  const wanted = architectureOf(instanceType);
  const at = { code: 'ami-type-mismatch', path, field, value: amiType };
  if (runs !== wanted) {
    return [
      {
        ...at,
        problem: `is an image for ${runs}, and ${instanceType} is ${wanted}`,
        remedy: `use a type with ${wanted === 'arm64' ? 'ARM_64' : 'x86_64'}, or an instance type that is ${runs}`,
      },
    ];
  }
  const made = /_(NVIDIA|GPU|NEURON)$/.exec(amiType)?.[1];
  const accelerator = made && (made === 'NEURON' ? 'neuron' : 'nvidia');
  if (accelerator === undefined || accelerator === acceleratorOf(instanceType)) return [];
  return [
    {
      ...at,
      problem: `is an image for ${accelerator === 'neuron' ? 'Inferentia and Trainium' : 'Nvidia GPUs'}, and ${instanceType} has none`,
      remedy:
        'use a type for plain machines, such as AL2023_x86_64_STANDARD, or an instance type that has them',
    },
  ];
}

/** An instance type that is none.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function checkInstanceType(path: string, field: string, value: string | undefined): Problem[] {
  const shape =
    /^[a-z][a-z0-9-]*\d[a-z0-9-]*\.(nano|micro|small|medium|(\d{1,3})?x?large|metal(-\d{1,3}xl)?)$/;
  if (value === undefined || shape.test(value)) return [];
  return [
    {
      code: 'instance-type-malformed',
      path,
      field,
      value,
      problem: 'is no EC2 instance type',
      remedy: 'write family and size, such as m7i.large',
    },
  ];
}

function familyOf(instanceType: string): string {
  return instanceType.split('.')[0] ?? '';
}
