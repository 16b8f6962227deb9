import type { Chart } from 'cdk8s';
import {
  AddOn,
  AwsCluster,
  EksCluster,
  type Fleet,
  FleetOperator,
  LocalCluster,
  RedisBackup,
  type RedisPlatform,
  type S3Settings,
} from '../../constructs';
import { checkPlatform } from '../../constructs/redis-backup/check-platform';
import { reference } from '../clusters/eks/sample';
import { readings } from '../support/clusters';
import { emptyFleet, problemsAlone } from '../support/fleet';
import { allPlatform, allSpec, platform } from './sample';

const withS3 = (changed: object) =>
  checkPlatform('shop', { ...platform, s3: { ...platform.s3, ...changed } as S3Settings }).map(
    ({ code, field, problem, remedy }) => `${field} [${code}] ${problem}; ${remedy}`,
  );
const operator = (identity: object) => withS3({ operator: identity });
const ROLE = 'arn:aws:iam::111122223333:role/backup';

describe('the identities of a platform', () => {
  it.each([
    { secretName: 's3' },
    { secretName: 'fleet.s3-keys' },
    { roleArn: ROLE },
    { roleArn: 'arn:aws-cn:iam::111122223333:role/fleet/backup' },
    { roleArn: 'arn:aws-us-gov:iam::111122223333:role/back_up+=,.@-1' },
  ])('may be %j', (identity) => {
    expect(operator(identity)).toEqual([]);
  });

  it.each([
    [
      {},
      'platform.s3.operator [identity-ambiguous] names nobody who could act on S3; give either `secretName` or `roleArn`',
    ],
    [
      { secretName: 's3', roleArn: ROLE },
      'platform.s3.operator [identity-ambiguous] names a Secret and a role; give either `secretName` or `roleArn`',
    ],
    [
      { secretname: 's3' },
      'platform.s3.operator.secretname [field-unknown] is no field here; remove it, or use one of secretName, roleArn (did you mean "secretName"?)',
    ],
    [
      { secretName: 'S3' },
      'platform.s3.operator.secretName [name-invalid] is no name of a Secret; use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
    ],
    ...[
      'backup',
      'arn:aws:iam::1111:role/backup',
      'arn:aws:iam::111122223333:user/backup',
      'arn:gcp:iam::111122223333:role/backup',
      undefined,
    ].map((roleArn): [object, string] => [
      { roleArn },
      'platform.s3.operator.roleArn [role-malformed] is no ARN of a role; copy it whole, such as arn:aws:iam::111122223333:role/backup',
    ]),
  ])('may not be %j', (identity, expected) => {
    expect(operator(identity)).toEqual([expected]);
  });

  it('are Secrets for both jobs, and not beside roles', () => {
    const jobSecrets = { backup: 's3-backup', restoreTest: 's3-restore-test' };
    expect(withS3({ jobSecrets })).toEqual([]);
    expect(withS3({ jobSecrets: { ...jobSecrets, backup: 'No' } })).toEqual([
      expect.stringMatching(/^platform\.s3\.jobSecrets\.backup \[/),
    ]);
    expect(withS3({ jobSecrets, jobRoles: { backup: ROLE, restoreTest: ROLE } })).toEqual([
      'platform.s3.jobSecrets [identity-ambiguous] are Secrets for jobs that have roles; give either `jobRoles` or `jobSecrets`',
    ]);
  });

  it('are roles for both jobs, or for none', () => {
    expect(withS3({ jobRoles: { backup: ROLE, restoreTest: ROLE } })).toEqual([]);
    expect(withS3({ jobRoles: { backup: ROLE } })).toEqual([
      'platform.s3.jobRoles.restoreTest [field-missing] is required; add `restoreTest`',
    ]);
    expect(withS3({ jobRoles: { backup: ROLE, restoreTest: 'proof' } })).toEqual([
      'platform.s3.jobRoles.restoreTest [role-malformed] is no ARN of a role; copy it whole, such as arn:aws:iam::111122223333:role/backup',
    ]);
    expect(withS3({ jobRoles: { backup: 'b', restoreTest: ROLE } })).toEqual([
      'platform.s3.jobRoles.backup [role-malformed] is no ARN of a role; copy it whole, such as arn:aws:iam::111122223333:role/backup',
    ]);
  });
});

const made = { kubernetesVersion: 'v1.36.3', pools: [] };
const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };

function on(add: (fleet: Fleet) => unknown, define: (chart: Chart) => unknown): string[] {
  const fleet = emptyFleet();
  add(fleet);
  const placement = { matchLabels: { name: 'prod' } };
  new AddOn(fleet, 'sample', {
    layer: 'configs',
    namespace: 'sample',
    placement,
    define: (chart) => void define(chart),
  });
  return readings(fleet);
}
const ec2 = (fleet: Fleet) =>
  new AwsCluster(fleet, 'prod', {
    ...{ ...made, networks, region: 'eu-central-1', zones: ['eu-central-1a'] },
    controlPlane: { replicas: 1, instanceType: 'm7i.large' },
  });
const local = (fleet: Fleet) =>
  new LocalCluster(fleet, 'prod', { ...made, networks, controlPlane: { replicas: 1 } });
const ROLES = [
  'platform.s3.jobRoles [identity-role-unusable] is of no use on prod: only EKS gives a pod the credentials of a role; leave it out here: each job then reads a Secret of its own',
  'platform.s3.operator.roleArn [identity-role-unusable] is of no use on prod: only EKS gives a pod the credentials of a role; use `secretName` here, or an EKS cluster',
];

describe('roles on a cluster', () => {
  const withRoles = { ...platform, s3: allPlatform.s3 };
  const addOperator = (chart: Chart) => new FleetOperator(chart, 'operator', { platform: withRoles });
  const addBundle = (mode: 'operator' | 'expanded') => (chart: Chart) =>
    new RedisBackup(chart, 'shop', { ...allSpec, mode, platform: withRoles });

  it.each([
    ['EC2', ec2],
    ['local machines', local],
  ])('of %s are of no use', (_, add) => {
    expect(on(add, addOperator).sort()).toEqual(ROLES);
    expect(on(add, addBundle('expanded')).sort()).toEqual(ROLES);
  });

  it('are of use on EKS', () => {
    const eks = (fleet: Fleet) => new EksCluster(fleet, 'prod', reference);
    expect(on(eks, addOperator)).toEqual([]);
    expect(on(eks, addBundle('expanded'))).toEqual([]);
  });

  it('are the business of the operator, where it makes the objects', () => {
    expect(on(ec2, addBundle('operator'))).toEqual([]);
  });

  it('may be of use on one that exists', () => {
    expect(problemsAlone(addOperator)).toEqual([]);
    expect(problemsAlone((chart) => void addBundle('expanded')(chart))).toEqual([]);
  });

  it('are not needed with Secrets', () => {
    expect(on(ec2, (chart) => new FleetOperator(chart, 'operator', { platform }))).toEqual([]);
  });
});

describe('destinations', () => {
  const texts = (props: object, changed: object = {}) =>
    on(local, (chart) => {
      new FleetOperator(chart, 'operator', { platform: { ...platform, ...changed }, ...props });
    });

  it('may be blocks of both families', () => {
    expect(texts({ apiServerCidrs: ['10.0.0.1/32', 'fd00::/64'] }, { s3Cidrs: ['192.0.2.0/24'] })).toEqual(
      [],
    );
  });

  it.each<[object, object, string]>([
    [
      { apiServerCidrs: ['10.0.0.1'] },
      {},
      'apiServerCidrs[0] [cidr-malformed] is no block of addresses; write it like 10.244.0.0/16 or fd00:10::/56',
    ],
    [
      { apiServerCidrs: ['10.0.0.1/24'] },
      {},
      'apiServerCidrs[0] [cidr-malformed] does not begin at the first address of its block; write 10.0.0.0/24',
    ],
    [
      { apiServerCidrs: [] },
      {},
      'apiServerCidrs [cidrs-empty] is empty, which a NetworkPolicy takes for everywhere; list the blocks, or leave the field out if everywhere is meant',
    ],
    [
      { apiServerCidrs: '10.0.0.1/32' },
      {},
      "apiServerCidrs [field-malformed] is not a list of strings; write a list of strings: ['10.0.0.1/32']",
    ],
    [
      {},
      { s3Cidrs: ['s3.example.com'] },
      'platform.s3Cidrs[0] [cidr-malformed] is no block of addresses; write it like 10.244.0.0/16 or fd00:10::/56',
    ],
  ])('may not be %j %j', (props, changed, expected) => {
    expect(texts(props, changed)).toEqual([expected]);
  });

  it('of a bundle are checked too', () => {
    const add = (chart: Chart) =>
      new RedisBackup(chart, 'shop', { ...allSpec, platform: { ...platform, s3Cidrs: [] } });
    expect(on(local, add)).toEqual([expect.stringMatching(/^platform\.s3Cidrs \[cidrs-empty\]/)]);
  });
});

it('a platform that is missing is said once', () => {
  const bundle = { ...allSpec } as unknown as { platform: RedisPlatform };
  expect(on(local, (chart) => new RedisBackup(chart, 'shop', bundle))).toEqual([
    'platform [field-missing] is required; add `platform`',
  ]);
  const operator = {} as unknown as { platform: RedisPlatform };
  expect(on(local, (chart) => new FleetOperator(chart, 'operator', operator))).toEqual([
    'platform [field-missing] is required; add `platform`',
  ]);
});
