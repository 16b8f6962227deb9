import {
  AwsCluster,
  type AwsClusterProps,
  ExistingCluster,
  type FirstBoot,
  type FirstBootManifest,
  type FirstBootSecret,
  Fleet,
  LocalCluster,
  type LocalClusterProps,
} from '../../../constructs';
import { objectsOf, readings } from '../../support/clusters';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const manifest: Required<FirstBootManifest> = {
  url: 'https://github.com/fluxcd/flux2/releases/download/v2.7.5/install.yaml',
  sha256: '0A'.repeat(32),
};
const secret: Required<FirstBootSecret> = { name: 'dev-first-boot', key: 'flux.yaml' };
const firstBoot: Required<FirstBoot> = {
  manifests: [{ url: 'https://mirror.example.com/cni.yaml', sha256: 'b1'.repeat(32) }, manifest],
  secret,
};

const local: LocalClusterProps = {
  kubernetesVersion: 'v1.35.4',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
  controlPlane: { replicas: 1 },
  pools: [],
};
const aws: AwsClusterProps = {
  ...local,
  networks: { ...local.networks, vpc: '10.20.0.0/16' },
  region: 'eu-central-1',
  zones: ['eu-central-1a'],
  controlPlane: { replicas: 3, instanceType: 'm7i.large' },
  pools: [],
};

function emptyFleet(secretName?: string): Fleet {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git', secretName } });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  return fleet;
}

function localFleet(more: Partial<LocalClusterProps>, secretName?: string): Fleet {
  const fleet = emptyFleet(secretName);
  new LocalCluster(fleet, 'dev', { ...local, ...more });
  return fleet;
}

/** The control plane's part of a file of Cluster API objects. */
function controlPlane(fleet: Fleet): { files?: { path: string; content?: string }[] } {
  const yaml = fleet.compile().files.get('management/clusters/dev/dev.yaml') ?? '';
  const [found] = objectsOf(yaml, 'KubeadmControlPlane');
  return (found as unknown as { spec: { kubeadmConfigSpec: object } }).spec.kubeadmConfigSpec;
}

test('the first machine is told what to install', () => {
  const yaml = localFleet({ firstBoot }, 'fleet-git').compile().files.get('management/clusters/dev/dev.yaml');
  expectGolden(__dirname, 'first-boot.golden.yaml', yaml ?? '');
  expectValid(yaml ?? '');
});

test('the management cluster installs nothing, and hands nothing over', () => {
  const { files } = localFleet({ firstBoot }).compile();
  expect([...files.keys()].filter((file) => file.startsWith('management/'))).toEqual([
    'management/clusters/dev.yaml',
    'management/clusters/dev/dev.yaml',
    'management/clusters/dev/kustomization.yaml',
    'management/flux.yaml',
    'management/kustomization.yaml',
    'management/namespaces.yaml',
  ]);
  const syncs = objectsOf(files.get('management/clusters/dev.yaml') ?? '', 'Kustomization');
  expect(syncs.map(({ metadata }) => metadata.name)).toEqual(['dev']);
});

test('what it starts from is what others are handed, but for what would replace machines that started before', () => {
  const handed = localFleet({}).compile().files.get('management/clusters/dev/handoff/handoff.yaml');
  const root = controlPlane(localFleet({ firstBoot })).files?.find(({ path }) => path.endsWith('root.yaml'));
  expect(root?.content).toBe(handed?.replace('  deletionPolicy: Orphan\n', ''));
});

test('an AwsCluster does the same, and opens what its CNI needs', () => {
  const fleet = emptyFleet();
  new AwsCluster(fleet, 'dev', { ...aws, firstBoot, cni: 'calico' });
  const yaml = fleet.compile().files.get('management/clusters/dev/dev.yaml') ?? '';
  expectValid(yaml);
  expect(controlPlane(fleet)).toMatchObject({ postKubeadmCommands: ['/etc/fleetwright/first-boot.sh'] });
  expect(yaml).toContain('VXLAN (calico)');
  expect(fleet.compile().files.has('management/clusters/dev/boot/boot.yaml')).toBe(false);
});

test('without it a control plane is what it was', () => {
  expect(Object.keys(controlPlane(localFleet({})))).toEqual([
    'clusterConfiguration',
    'initConfiguration',
    'joinConfiguration',
  ]);
});

test('neither files nor script have what cloud-init would replace', () => {
  for (const { content = '' } of controlPlane(localFleet({ firstBoot })).files ?? []) {
    expect(content).not.toMatch(/\{\{|\{%|\{#|##/);
    expect(content.length).toBeLessThan(10_240);
  }
});

describe('problems', () => {
  const problems = (more: Partial<LocalClusterProps>, secretName?: string) =>
    readings(localFleet(more, secretName));

  test.each<[string, FirstBoot, string]>([
    [
      'nothing to install',
      { manifests: [] },
      "firstBoot.manifests [first-boot-empty] installs nothing: neither a network nor Flux; list the CNI's manifest and Flux's install.yaml, or leave `firstBoot` out",
    ],
    [
      'a checksum that is none',
      { manifests: [{ ...manifest, sha256: 'latest' }] },
      'firstBoot.manifests[0].sha256 [checksum-malformed] is no SHA-256; write the 64 hexadecimal digits that `sha256sum` prints for the file',
    ],
    [
      'an address that anyone can read on the way',
      { manifests: [{ ...manifest, url: 'http://mirror.example.com/cni.yaml' }] },
      'firstBoot.manifests[0].url [url-scheme] is no https:// address; use https://',
    ],
    [
      'an address that would end the string that it stands in',
      { manifests: [{ ...manifest, url: "https://mirror.example.com/a';reboot;'" }] },
      'firstBoot.manifests[0].url [url-malformed] has characters that an address is not written with; write them as % and two hexadecimal digits',
    ],
    [
      'a misspelt field',
      { manifests: [{ ...manifest, digest: 'x' } as FirstBootManifest] },
      'firstBoot.manifests[0].digest [field-unknown] is no field here; remove it, or use one of url, sha256',
    ],
    [
      'a Secret without a name',
      { manifests: [manifest], secret: { key: 'x' } as FirstBootSecret },
      'firstBoot.secret.name [field-missing] is required; add `name`',
    ],
    [
      'a Secret that there cannot be',
      { manifests: [manifest], secret: { name: 'Bad Name/..' } },
      'firstBoot.secret.name [name-invalid] is no name of a Secret; use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
    ],
    [
      'a key that leads out of its folder',
      { manifests: [manifest], secret: { name: 'first', key: '../x' } },
      'firstBoot.secret.key [name-invalid] is no key of a Secret; use letters, digits, `-`, `_` and `.`, such as secrets.yaml',
    ],
  ])('%s', (_, wrong, expected) => {
    expect(problems({ firstBoot: wrong })).toEqual([expected]);
  });

  test('a network that nobody installs', () => {
    expect(problems({ firstBoot, cni: 'calico' })).toEqual([
      "cni [first-boot-ignored] counts for nothing beside `firstBoot`, which installs the network by itself; leave it out, and list the CNI's manifest in `firstBoot`",
    ]);
  });

  test('machines that run nothing', () => {
    expect(problems({ firstBoot, backend: 'inMemory' })).toEqual([
      'firstBoot [first-boot-ignored] is what no machine runs: those of `inMemory` are nothing but API objects; leave it out, or use the backend docker',
    ]);
  });

  test('no credential for the repository', () => {
    expect(problems({ firstBoot: { manifests: [manifest] } }, 'fleet-git')).toEqual([
      "firstBoot.secret [first-boot-credential] is needed: the cluster's Flux reads the fleet with the Secret fleet-git (source.secretName); name a Secret of the namespace clusters of the management cluster that holds its manifest",
    ]);
  });

  test('secrets that nobody hands over', () => {
    expect(problems({ firstBoot, secretsFile: 'test/support/flux.sops.yaml' })).toEqual([
      'secretsFile [first-boot-handoff] is handed over by the management cluster, which hands nothing to a cluster with `firstBoot`; remove it, and name what holds these Secrets in `firstBoot.secret`',
    ]);
  });
});
