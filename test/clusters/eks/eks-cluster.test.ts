import { EksCluster, type EksClusterProps, type EksNodePool } from '../../../constructs';
import { objectsOf, renderCluster } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';
import { allProps, managed, reference, selfManaged } from './sample';

const render = (props: Partial<EksClusterProps>, name = 'eks') =>
  renderCluster(name, (fleet) => new EksCluster(fleet, name, { ...reference, ...props }));
const specOf = (kind: string, props: Partial<EksClusterProps>) => objectsOf(render(props), kind)[0]?.spec;

describe('EksCluster', () => {
  it('renders the reference: a VPC, a managed pool, a self-managed one over two zones', () => {
    const yaml = render({});
    expectGolden(__dirname, 'eks-cluster.golden.yaml', yaml);
    expectValid(yaml);
  });

  it('renders every prop', () => {
    const yaml = render(allProps, 'eks-all');
    expectGolden(__dirname, 'eks-cluster-all-props.golden.yaml', yaml);
    expectValid(yaml);
  });

  it('does not depend on the order of zones', () => {
    expect(render({ zones: [...reference.zones].reverse() })).toBe(render({}));
  });

  it('takes a minor version, and is in full where Cluster API wants that', () => {
    const fleet = emptyFleet();
    expect(new EksCluster(fleet, 'prod', reference).kubernetesVersion).toBe('v1.36.0');
    expect(specOf('AWSManagedControlPlane', {})).toMatchObject({ version: 'v1.36' });
    const version = { template: { spec: { version: 'v1.36.0' } } };
    expect(specOf('MachinePool', {})).toMatchObject(version);
    expect(specOf('MachineDeployment', {})).toMatchObject(version);
  });

  it.each([
    ['private', { private: true, public: false }],
    ['everyone', { private: true, public: true, publicCIDRs: ['0.0.0.0/0'] }],
  ] as const)('has an endpoint for %s', (endpoint, endpointAccess) => {
    expect(specOf('AWSManagedControlPlane', { endpoint })).toMatchObject({ endpointAccess });
  });

  it('lets people in by their roles, under the names that EKS would give them, in any order', () => {
    const [admin, viewer] = [
      'arn:aws-cn:iam::123456789012:role/z/ops',
      'arn:aws-cn:iam::123456789012:role/dev',
    ];
    const entry = (principalARN: string, name: string, policy: string) => ({
      principalARN,
      type: 'standard',
      username: `arn:aws-cn:sts::123456789012:assumed-role/${name}/{{SessionName}}`,
      accessPolicies: [
        {
          policyARN: `arn:aws-cn:eks::aws:cluster-access-policy/${policy}`,
          accessScope: { type: 'cluster' },
        },
      ],
    });
    expect(specOf('AWSManagedControlPlane', { admins: [admin], viewers: [viewer] })).toMatchObject({
      accessEntries: [
        entry(viewer, 'dev', 'AmazonEKSViewPolicy'),
        entry(admin, 'ops', 'AmazonEKSClusterAdminPolicy'),
      ],
    });
    expect(specOf('AWSManagedControlPlane', { admins: [] })).not.toHaveProperty('accessEntries');
    const others = ['arn:aws:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/b'];
    expect(render({ admins: others })).toBe(render({ admins: [...others].reverse() }));
  });

  it.each([
    ['m7i.large', 'AL2023_x86_64_STANDARD'],
    ['m7g.large', 'AL2023_ARM_64_STANDARD'],
    ['g6.xlarge', 'AL2023_x86_64_NVIDIA'],
    ['g5g.xlarge', 'AL2023_ARM_64_NVIDIA'],
    ['inf2.xlarge', 'AL2023_x86_64_NEURON'],
  ])('gives managed machines of %s the image %s', (instanceType, amiType) => {
    expect(specOf('AWSManagedMachinePool', { pools: [{ ...managed, instanceType }] })).toMatchObject({
      amiType,
    });
  });

  it.each([
    ['m7g.large', 'AmazonLinux2023'],
    ['g6.xlarge', 'AmazonLinux2023GPU'],
  ])('lets the provider find the image of self-managed machines of %s', (instanceType, eksLookupType) => {
    expect(specOf('AWSMachineTemplate', { pools: [{ ...selfManaged, instanceType }] })).toMatchObject({
      template: { spec: { ami: { eksLookupType } } },
    });
  });

  it.each([
    [0, 0, { minSize: 0, maxSize: 1 }],
    [3, 3, { minSize: 3, maxSize: 3 }],
    [{ min: 2, max: 8 }, undefined, { minSize: 2, maxSize: 8 }],
  ])('scales a managed pool of %j', (wanted, replicas, scaling) => {
    const yaml = render({ pools: [{ ...managed, replicas: wanted }] });
    const pool = objectsOf(yaml, 'MachinePool')[0]?.spec as { replicas?: number } | undefined;
    expect(pool?.replicas).toBe(replicas);
    expect(objectsOf(yaml, 'AWSManagedMachinePool')[0]?.spec).toMatchObject({ scaling });
  });

  it('leaves the number of a managed pool with a range to whoever scales it in AWS', () => {
    const annotations = (replicas: EksNodePool['replicas']) =>
      objectsOf(render({ pools: [{ ...managed, replicas }] }), 'MachinePool')[0]?.metadata.annotations;
    const external = { 'cluster.x-k8s.io/replicas-managed-by': 'external-autoscaler' };
    expect(annotations({ min: 2, max: 8 })).toMatchObject(external);
    expect(annotations(3)).not.toMatchObject(external);
  });

  it('keeps the zones of a managed pool, which cannot be changed, out of the changes of the cluster', () => {
    const spec = specOf('AWSManagedMachinePool', {}) as object;
    expect(Object.keys(spec)).not.toContain('availabilityZones');
    const zones = ['us-west-2a'];
    expect(specOf('AWSManagedMachinePool', { pools: [{ ...managed, zones }] })).toMatchObject({
      availabilityZones: zones,
      availabilityZoneSubnetType: 'private',
    });
  });

  it('renders a cluster that lost its workers and may go', () => {
    const yaml = render({ pools: [], teardown: 'allowed' });
    for (const kind of ['MachinePool', 'MachineDeployment', 'AWSFargateProfile']) {
      expect(objectsOf(yaml, kind)).toEqual([]);
    }
    expectValid(yaml);
  });

  it('is reached by Flux through the kubeconfig that Cluster API makes, and needs no boot', () => {
    const fleet = emptyFleet();
    const cluster = new EksCluster(fleet, 'prod', reference);
    expect(cluster.madeBy).toEqual(['infrastructure-aws']);
    expect(cluster.kubeconfigSecret).toBe('prod-kubeconfig');
    const files = [...fleet.compile().files.keys()].filter((file) => file.includes('/prod/'));
    expect(files.filter((file) => file.includes('/boot/'))).toEqual([]);
    expect(files).toContain('management/clusters/prod/handoff/handoff.yaml');
  });
});
