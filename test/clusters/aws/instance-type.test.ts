import { acceleratorOf, architectureOf, checkAmiType } from '../../../constructs/clusters/aws/instance-type';

const reading = (amiType: string, instanceType: string) =>
  checkAmiType('clusters/prod', 'pools[0].amiType', amiType, instanceType).map(
    ({ code, path, field, value, problem, remedy }) =>
      `${path} ${field} [${code}] ${value} ${problem}; ${remedy}`,
  );

describe('the architecture of an instance type', () => {
  it.each([
    ...['a1.large', 't4g.micro', 'm6g.metal', 'm7gd.large', 'c7gn.xlarge', 'c8gb.large', 'r8gn.large'],
    ...['x2gd.large', 'im4gn.large', 'is4gen.large', 'g5g.xlarge', 'hpc7g.4xlarge', 'i8ge.metal-24xl'],
    'p6e-gb200.36xlarge',
  ])('of %s is arm64', (type) => {
    expect(architectureOf(type)).toBe('arm64');
  });

  it.each([
    ...['m7i.large', 'm7i-flex.large', 'm7a.large', 't3a.micro', 'g5.xlarge', 'g4dn.xlarge', 'g4ad.xlarge'],
    ...['gr6.4xlarge', 'g6e.xlarge', 'p6-b200.48xlarge', 'inf2.xlarge', 'trn1n.32xlarge', 'z1d.large'],
    ...['u-6tb1.112xlarge', 'u7in-16tb.224xlarge', 'x2iezn.2xlarge', 'd3en.xlarge', 'dl2q.24xlarge'],
  ])('of %s is amd64', (type) => {
    expect(architectureOf(type)).toBe('amd64');
  });
});

it.each([
  ['p5en.48xlarge', 'nvidia'],
  ['g4dn.xlarge', 'nvidia'],
  ['g5g.xlarge', 'nvidia'],
  ['gr6.4xlarge', 'nvidia'],
  ['inf2.xlarge', 'neuron'],
  ['trn1n.32xlarge', 'neuron'],
  ['g4ad.xlarge', undefined],
  ['m7g.large', undefined],
  ['dl1.24xlarge', undefined],
])('the accelerators of %s are %s', (type, accelerator) => {
  expect(acceleratorOf(type)).toBe(accelerator);
});

describe('an EKS AMI type', () => {
  it.each([
    ['AL2023_x86_64_STANDARD', 'm7i.large'],
    ['AL2023_ARM_64_STANDARD', 'm7g.large'],
    // Somebody may bring the drivers along.
    ['AL2023_x86_64_STANDARD', 'g5.xlarge'],
    ['AL2023_x86_64_NVIDIA', 'g5.xlarge'],
    ['AL2023_ARM_64_NVIDIA', 'g5g.xlarge'],
    ['AL2_x86_64_GPU', 'p4d.24xlarge'],
    ['AL2023_x86_64_NEURON', 'trn1.2xlarge'],
    ['BOTTLEROCKET_ARM_64_FIPS', 'c7g.large'],
    ['WINDOWS_CORE_2022_x86_64', 'm7i.large'],
    ['CUSTOM', 'm7g.large'],
  ])('%s fits %s', (amiType, instanceType) => {
    expect(reading(amiType, instanceType)).toEqual([]);
  });

  it.each([
    [
      'AL2023_x86_64_STANDARD',
      'm7g.large',
      'AL2023_x86_64_STANDARD is an image for amd64, and m7g.large is arm64; use a type with ARM_64, or an instance type that is amd64',
    ],
    [
      'BOTTLEROCKET_ARM_64',
      'm7i.large',
      'BOTTLEROCKET_ARM_64 is an image for arm64, and m7i.large is amd64; use a type with x86_64, or an instance type that is arm64',
    ],
    [
      'AL2023_x86_64_NVIDIA',
      'm7i.large',
      'AL2023_x86_64_NVIDIA is an image for Nvidia GPUs, and m7i.large has none; use a type for plain machines, such as AL2023_x86_64_STANDARD, or an instance type that has them',
    ],
    [
      'AL2023_x86_64_NEURON',
      'g5.xlarge',
      'AL2023_x86_64_NEURON is an image for Inferentia and Trainium, and g5.xlarge has none; use a type for plain machines, such as AL2023_x86_64_STANDARD, or an instance type that has them',
    ],
  ])('%s does not fit %s', (amiType, instanceType, expected) => {
    expect(reading(amiType, instanceType)).toEqual([
      expected.replace(/^\S+/, (value) => `clusters/prod pools[0].amiType [ami-type-mismatch] ${value}`),
    ]);
  });
});
