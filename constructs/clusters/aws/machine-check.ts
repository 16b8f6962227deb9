import { checkChoice } from '../../fleet/check/choice';
import type { Problem } from '../../problem';
import { architectureOf, checkInstanceType } from './instance-type';
import type { AwsImage, AwsMachine, AwsNodePool } from './props';

/** What is wrong with an EC2 machine. */
export function checkMachine(
  path: string,
  field: string,
  machine: AwsMachine,
  clusterImage: AwsImage | undefined,
): Problem[] {
  const { instanceType, volumeSize, iamInstanceProfile, image } = machine;
  return [
    ...checkArchitecture(path, `${field}.instanceType`, instanceType, image ?? clusterImage),
    ...checkInstanceType(path, `${field}.instanceType`, instanceType),
    ...checkVolume(path, `${field}.volumeSize`, volumeSize),
    ...checkIamName(path, `${field}.iamInstanceProfile`, iamInstanceProfile, 'an instance profile', 128),
    ...checkImage(path, `${field}.image`, image),
  ];
}

/**
 * The name of something of IAM, without its account and path.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function checkIamName(
  path: string,
  field: string,
  value: string | undefined,
  kind = 'an IAM role',
  max = 64,
): Problem[] {
  if (value === undefined || (/^[\w+=,.@-]+$/.test(value) && value.length <= max)) return [];
  const name = /^arn:.*\/([^/]+)$/.exec(value)?.[1];
  return [
    {
      code: 'name-invalid',
      path,
      field,
      value,
      problem: `is no name of ${kind}`,
      remedy: name ? `write its name alone: ${name}` : `use letters, digits and _+=,.@-, at most ${max}`,
    },
  ];
}

/** A machine starts no image of another architecture. The provider looks images up by the machine's own. */
function checkArchitecture(path: string, field: string, instanceType: string, image: AwsImage | undefined) {
  if (image?.id === undefined) return [];
  const { id, architecture = 'amd64' } = image;
  const own = architectureOf(instanceType);
  if (own === architecture) return [];
  return [
    {
      code: 'image-architecture',
      path,
      field,
      value: instanceType,
      problem: `is ${own}, and its image ${id} is ${architecture}`,
      remedy: `give it an image with \`architecture: '${own}'\`, or an instance type that is ${architecture}`,
    },
  ];
}

/** A limit that is no price. */
export function checkSpot(path: string, field: string, spot: AwsNodePool['spot']): Problem[] {
  if (typeof spot !== 'object') return [];
  const { maxPrice } = spot;
  if (typeof maxPrice === 'string' && /^\d+(\.\d{1,5})?$/.test(maxPrice)) return [];
  return [
    {
      code: 'value-invalid',
      path,
      field: `${field}.maxPrice`,
      value: maxPrice,
      problem: 'is no price',
      remedy: "write USD an hour as a string, with at most five decimal places: '0.08'",
    },
  ];
}

function checkVolume(path: string, field: string, value: number | undefined): Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= 8 && value <= 16384)) return [];
  return [
    {
      code: 'volume-size',
      path,
      field,
      value,
      problem: 'is no size of a root volume',
      remedy: 'give whole GiB, from 8 to 16384, and not less than the image has',
    },
  ];
}

/** An image and a search for one, or neither; and ids that are none. */
export function checkImage(path: string, field: string, image: AwsImage | undefined): Problem[] {
  if (image === undefined) return [];
  const { id, lookup, architecture } = image;
  if ((id === undefined) === (lookup === undefined)) {
    return [
      {
        code: 'image-ambiguous',
        path,
        field,
        value: image,
        problem: id === undefined ? 'names no image' : 'names an image and a search for one',
        remedy: 'give either `id` or `lookup`',
      },
    ];
  }
  if (lookup && architecture !== undefined) {
    return [
      {
        code: 'image-ambiguous',
        path,
        field: `${field}.architecture`,
        value: architecture,
        problem: "is not looked at: a search finds the image of each machine's own",
        remedy: 'leave it out',
      },
    ];
  }
  if (id !== undefined && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    return [
      malformed(path, `${field}.id`, id, 'is no id of an image', 'write it like ami-0123456789abcdef0'),
    ];
  }
  if (lookup && !/^(\d{12}|amazon|self)$/.test(lookup.org)) {
    const problem = 'is no AWS account';
    return [malformed(path, `${field}.lookup.org`, lookup.org, problem, 'write the 12 digits, as a string')];
  }
  return checkChoice(path, `${field}.architecture`, architecture, ['amd64', 'arm64']);
}

function malformed(path: string, field: string, value: unknown, problem: string, remedy: string): Problem {
  return { code: 'image-malformed', path, field, value, problem, remedy };
}
