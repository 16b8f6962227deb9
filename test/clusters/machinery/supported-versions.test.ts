import * as fs from 'node:fs';
import * as path from 'node:path';
import { AwsCluster, LocalCluster } from '../../../constructs';
import { checkSupportedVersions, SUPPORTED_VERSIONS } from '../../../constructs/clusters/machinery';
import { CLUSTER_API_AWS_VERSION, CLUSTER_API_VERSION } from '../../../constructs/versions';
import { readings } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { ROOT } from '../../support/folder';

const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };

function local(kubernetesVersion: string, pool?: string): string[] {
  const fleet = emptyFleet();
  new LocalCluster(fleet, 'dev', {
    kubernetesVersion,
    networks,
    controlPlane: { replicas: 1 },
    pools: [{ name: 'workers', replicas: 1, kubernetesVersion: pool }],
  });
  return readings(fleet);
}

describe('the Kubernetes version of a cluster', () => {
  it.each(['v1.31.14', 'v1.36.3'])('may be %s', (version) => {
    expect(local(version)).toEqual([]);
  });

  it.each([
    ['v1.30.14', 'older'],
    ['v1.37.0', 'newer'],
  ])('may not be %s', (version, than) => {
    expect(local(version)).toEqual([
      `kubernetesVersion [version-unsupported] is ${than} than Cluster API v1.14 supports: 1.31 to 1.36; use a version from v1.31 to v1.36: see docs/upgrades.md`,
    ]);
  });

  it('counts for pools too', () => {
    expect(local('v1.33.2', 'v1.30.14')).toEqual([
      'pools[0].kubernetesVersion [version-unsupported] is older than Cluster API v1.14 supports: 1.31 to 1.36; use a version from v1.31 to v1.36: see docs/upgrades.md',
    ]);
  });

  it('is checked on EC2', () => {
    const fleet = emptyFleet();
    new AwsCluster(fleet, 'prod', {
      kubernetesVersion: 'v1.37.0',
      networks,
      region: 'eu-central-1',
      zones: ['eu-central-1a'],
      controlPlane: { replicas: 1, instanceType: 'm7i.large' },
      pools: [],
    });
    expect(readings(fleet)).toEqual([expect.stringContaining('kubernetesVersion [version-unsupported]')]);
  });

  it('must suit every part', () => {
    const [problem] = checkSupportedVersions('', { kubernetesVersion: 'v1.30.1', pools: [] }, ['aws', 'eks']);
    expect(problem).toMatchObject({
      problem: 'is older than Amazon EKS supports: 1.31 to 1.36',
      remedy: 'use a version from v1.31 to v1.36: see docs/upgrades.md',
    });
  });
});

describe('the table of versions', () => {
  it('is that of docs/upgrades.md', () => {
    const rows = Object.values(SUPPORTED_VERSIONS).map(
      ({ name, min, max, source }) =>
        `| ${name} | 1.${min} to 1.${max} | [${path.posix.basename(source)}](${source}) |`,
    );
    expect(read('docs/upgrades.md')).toContain(`| --- | --- | --- |\n${rows.join('\n')}\n\n`);
  });

  it.each([
    ['core', CLUSTER_API_VERSION],
    ['aws', CLUSTER_API_AWS_VERSION],
  ] as const)('is of the %s that is installed: %s', (part, version) => {
    const { name, source } = SUPPORTED_VERSIONS[part];
    const minor = version.replace(/\.\d+$/, '');
    expect(name.endsWith(` ${minor}`)).toBe(true);
    expect(source).toContain(`/blob/${minor}.`);
  });
});
