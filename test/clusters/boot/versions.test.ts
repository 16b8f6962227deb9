import {
  AwsCluster,
  type AwsClusterProps,
  EksCluster,
  ExistingCluster,
  type Fleet,
  LocalCluster,
  type LocalClusterProps,
} from '../../../constructs';
import { readings } from '../../support/clusters';
import { emptyFleet, parseObjects } from '../../support/fleet';
import { reference as eks } from '../eks/sample';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const aws: AwsClusterProps = {
  kubernetesVersion: 'v1.35.4',
  networks,
  region: 'eu-central-1',
  zones: ['eu-central-1a'],
  controlPlane: { replicas: 1, instanceType: 'm7i.large' },
  pools: [{ name: 'workers', replicas: 1, instanceType: 'm7i.large' }],
};
const local: LocalClusterProps = {
  kubernetesVersion: 'v1.35.4',
  networks,
  controlPlane: { replicas: 1 },
  pools: [{ name: 'workers', replicas: 1 }],
};
const pins = {
  cloudControllerManager: '0.0.10',
  cloudControllerManagerImage: 'v1.35.1',
  ebsCsi: '2.63.0',
} as const;
const firstBoot = {
  manifests: [{ url: 'https://mirror.example.com/cni.yaml', sha256: 'a'.repeat(64) }],
};

function fleetWith(add: (fleet: Fleet) => unknown): Fleet {
  const fleet = emptyFleet();
  add(fleet);
  return fleet;
}

const problems = (add: (fleet: Fleet) => unknown) => readings(fleetWith(add));

test.each<[string, Partial<AwsClusterProps>, string[]]>([
  ['Cilium', { versions: { ...pins, cilium: '1.20.1' } }, ['cilium-1.20.1']],
  ['Calico', { cni: 'calico', versions: { ...pins, calico: 'v3.31.6' } }, ['tigera-operator-v3.31.6']],
])('a cluster keeps the versions that it is pinned to, beside one that is not: %s', (_, more, network) => {
  const fleet = fleetWith((made) => {
    new AwsCluster(made, 'prod', { ...aws, ...more });
    new AwsCluster(made, 'dev', { ...aws, cni: more.cni });
  });
  const { files } = fleet.compile();
  const charts = (name: string) =>
    parseObjects(files.get(`management/clusters/${name}/boot/boot.yaml`) ?? '').map(
      ({ spec }) => (spec as { chartRef: { name: string } }).chartRef.name,
    );
  const pinned = ['aws-cloud-controller-manager-0.0.10', 'aws-ebs-csi-driver-2.63.0', ...network];
  expect(charts('prod').sort()).toEqual(pinned.sort());
  const sources = parseObjects(files.get('management/charts.yaml') ?? '')
    .filter(({ kind }) => kind === 'HelmChart')
    .map(({ metadata }) => metadata.name);
  expect(sources.sort()).toEqual([...charts('prod'), ...charts('dev')].sort());
  expect(new Set(sources).size).toBe(6);
  expect(files.get('management/clusters/prod/boot/boot.yaml')).toContain('tag: v1.35.1');
});

test('versions that are none', () => {
  const versions = {
    flux: '2.x',
    cilium: '1.20',
    cloudControllerManager: '~0.0.11',
    cloudControllerManagerImage: 'v1.33.4',
    ebsCsi: '',
  };
  const full = (field: string, example: string) =>
    `versions.${field} [pin-malformed] is no exact version of it; write it in full, like ${example}`;
  expect(problems((fleet) => new AwsCluster(fleet, 'prod', { ...aws, versions }))).toEqual([
    full('flux', 'v2.7.5'),
    full('cilium', '1.20.2'),
    full('cloudControllerManager', '1.20.2'),
    full('cloudControllerManagerImage', 'v1.34.3'),
    full('ebsCsi', '1.20.2'),
  ]);
  const flux = `v2.7.5@sha256:${'A'.repeat(64)}`;
  expect(problems((fleet) => new LocalCluster(fleet, 'dev', { ...local, versions: { flux } }))).toEqual([
    full('flux', 'v2.7.5'),
    'ref.digest [ref-malformed] is no whole digest; write sha256: and 64 hexadecimal digits',
  ]);
});

test.each(['v1.35.0', 'v1.34.9'])('the cloud controller manager may be %s on v1.35', (image) => {
  const versions = { cloudControllerManagerImage: image };
  expect(problems((fleet) => new AwsCluster(fleet, 'prod', { ...aws, versions }))).toEqual([]);
});

const unused = (...fields: string[]) =>
  fields.map(
    (field) =>
      `versions.${field} [pin-unused] is the version of what the management cluster does not install there; remove it`,
  );
const flux = 'v2.7.5';
const all = { flux, cilium: '1.20.1', calico: 'v3.31.6', ...pins };

test.each<[string, (fleet: Fleet) => unknown, string[]]>([
  [
    'the other network',
    (fleet) =>
      new LocalCluster(fleet, 'dev', { ...local, versions: { cilium: '1.20.1', calico: 'v3.31.6' } }),
    unused('calico'),
  ],
  [
    'machines without a network',
    (fleet) =>
      new LocalCluster(fleet, 'dev', { ...local, backend: 'inMemory', versions: { cilium: '1.20.1' } }),
    unused('cilium'),
  ],
  [
    'a first machine that installs by itself',
    (fleet) => new AwsCluster(fleet, 'prod', { ...aws, firstBoot, versions: all }),
    unused(...Object.keys(all)),
  ],
  [
    'a Flux that is there',
    (fleet) => new ExistingCluster(fleet, 'old', { kubernetesVersion: 'v1.36.3', versions: { flux } }),
    unused('flux'),
  ],
])('versions of what nobody installs: %s', (_, add, expected) => {
  expect(problems(add)).toEqual(expected);
});

test('a cluster has only the fields of what it could have', () => {
  const unknown = (field: string, names: string) =>
    `versions.${field} [field-unknown] is no field here; remove it, or use one of ${names}`;
  const versions = { ebsCsi: '2.63.0' } as object;
  expect(problems((fleet) => new LocalCluster(fleet, 'dev', { ...local, versions }))).toEqual([
    unknown('ebsCsi', 'flux, cilium, calico'),
  ]);
  expect(problems((fleet) => new EksCluster(fleet, 'prod', { ...eks, versions }))).toEqual([
    unknown('ebsCsi', 'flux'),
  ]);
});
