import type { Cni } from '../../../constructs';
import { aws, filesOf, local, neverRan, texts } from './fleets';

const firstBoot = { manifests: [{ url: 'https://mirror.example.com/cni.yaml', sha256: 'b1'.repeat(32) }] };
const chart = { oci: { url: 'oci://registry.example.com/charts/cilium', tag: '1.20.1' } };
const chartOf = (name: string) => ({
  repository: { url: 'https://charts.example.com' },
  name,
  version: '1.20.1',
});

const refused = (cluster: string, code: string, problem: string) =>
  `clusters/${cluster} [${code}]
  ${problem}
  remedy: undo it. What shall be otherwise is a new cluster of another name: place the apps there by labels, then tear this one down in two steps (docs/protection.md)${neverRan(cluster)}`;

const DROPPED =
  'without which nothing there starts: nobody would remove what is installed, and another would come beside it';
const dropped = refused('dev', 'boot-dropped', `cni: no longer has cilium, ${DROPPED}`);

test.each([
  ['another network', local({ cni: 'calico' })],
  ['somebody else to install it', local({ cni: 'none' })],
  ['a chart of another name', local({ cni: { chart } })],
  ['a first boot', local({ firstBoot })],
  ['another network while it is torn down', local({ cni: 'calico', teardown: 'allowed' })],
])('a cluster that runs does not get %s', (_, after) => {
  expect(texts(filesOf(local()), filesOf(after))).toEqual([dropped]);
});

test('nor another network when it comes back from a teardown: it was suspended, and stayed', () => {
  const before = filesOf(local({ teardown: 'allowed' }));
  expect(texts(before, filesOf(local({ cni: 'calico' })))).toEqual([dropped]);
});

test('with other ports opened, it is still one problem', () => {
  expect(texts(filesOf(aws()), filesOf(aws({ cni: 'calico' })))).toEqual([
    refused('prod', 'boot-dropped', `cni: no longer has cilium, ${DROPPED}`),
  ]);
});

test('all that a first boot would install beside what is there is one problem', () => {
  expect(texts(filesOf(aws()), filesOf(aws({ firstBoot })))).toEqual([
    refused('prod', 'boot-dropped', `cni: no longer has aws-ccm, aws-ebs-csi, cilium, ${DROPPED}`),
  ]);
});

describe('a network beside that of somebody else', () => {
  const added = (cluster: string, name: string) =>
    `clusters/${cluster} [boot-added]
  cni: brings ${name} to a cluster whose network somebody else installed: it would come beside that
  remedy: write cni: 'none' to keep what is there; on EC2 with its ports in cniIngressRules, as they are now${neverRan(cluster)}`;

  test.each([
    ["on machines without boot, after 'none'", local({ cni: 'none' }), local(), added('dev', 'cilium')],
    ['of a chart of its own', local({ cni: 'none' }), local({ cni: { chart } }), added('dev', 'cni')],
    ["on EC2, after 'none'", aws({ cni: 'none' }), aws({ cni: 'calico' }), added('prod', 'calico')],
    ['after a first boot', local({ firstBoot }), local(), added('dev', 'cilium')],
  ])('does not come %s', (_, before, after, expected) => {
    expect(texts(filesOf(before), filesOf(after))).toEqual([expected]);
  });

  test('comes with a new cluster', () => {
    expect(texts(filesOf(local()), filesOf(local(), local({}, 'lab')))).toEqual([]);
    const back = filesOf(local({ teardown: 'removed', cni: 'none' }));
    expect(texts(back, filesOf(local()))).toEqual([]);
  });
});

describe('a release that helm-controller would uninstall', () => {
  const moved = (what: string) =>
    refused('dev', 'boot-moved', `cni: moves ${what}. Flux uninstalls it from the running cluster first`);
  const own = (cni: Partial<Exclude<Cni, string>>) => local({ cni: { name: 'calico', chart, ...cni } });

  test.each([
    [
      'another namespace',
      local({ cni: 'calico' }),
      own({}),
      moved('calico: its namespace was "tigera-operator", and is "kube-system"'),
    ],
    [
      'another namespace while it is torn down',
      local({ cni: 'calico', teardown: 'allowed' }),
      own({}),
      moved('calico: its namespace was "tigera-operator", and is "kube-system"'),
    ],
    [
      'another chart',
      local({ cni: 'calico' }),
      own({ namespace: 'tigera-operator', chart: chartOf('calico') }),
      moved('calico: its chart was "tigera-operator", and is "calico"'),
    ],
    [
      'another chart of its own, elsewhere',
      own({ chart: chartOf('calico') }),
      own({ chart: chartOf('other'), namespace: 'net' }),
      moved('calico: its namespace was "kube-system", and is "net"; its chart was "calico", and is "other"'),
    ],
  ])('is not given %s', (_, before, after, expected) => {
    expect(texts(filesOf(before), filesOf(after))).toEqual([expected]);
  });

  test('has its names written down', () => {
    const before = filesOf(local());
    const edit = (from: string, to: string) =>
      new Map([...before].map(([file, text]) => [file, text.replace(from, to)]));
    expect(texts(before, edit('releaseName: cilium', 'releaseName: other'))).toEqual([
      refused(
        'dev',
        'boot-moved',
        'cni: moves cilium: its release name was "cilium", and is "other". Flux uninstalls it from the running cluster first',
      ),
    ]);
    expect(texts(before, edit('storageNamespace: kube-system', 'storageNamespace: net'))).toEqual([
      moved('cilium: its storage namespace was "kube-system", and is "net"'),
    ]);
  });
});

test('another add-on that the library brings may come', () => {
  const after = filesOf(aws());
  const without = (text: string) =>
    text
      .split('---\n')
      .filter((document) => !document.includes('\n  name: prod-aws-ebs-csi\n'))
      .join('---\n');
  const before = new Map([...after].map(([file, text]) => [file, without(text)]));
  expect(before).not.toEqual(after);
  expect(texts(before, after)).toEqual([]);
  expect(texts(after, before)).toEqual([
    refused('prod', 'boot-dropped', `no longer has aws-ebs-csi, ${DROPPED}`),
  ]);
});

test.each([
  ['the same network in another version', local(), local({ cni: { name: 'cilium', chart } })],
  [
    'the same chart from another repository',
    local(),
    local({ cni: { name: 'cilium', chart: chartOf('cilium') } }),
  ],
  ['other values', local(), local({ controlPlane: { replicas: 3 } })],
  ['none when it is removed', local({ teardown: 'allowed' }), local({ teardown: 'removed' })],
])('it may have %s', (_, before, after) => {
  expect(texts(filesOf(before), filesOf(after))).toEqual([]);
});

test('the source of a chart may have another name: what it holds only helm-controller sees', () => {
  const named = (name: string) => ({ chart: { chartRef: { kind: 'HelmChart', name } } }) as const;
  const before = filesOf(local({ cni: named('net-1.0.0') }));
  expect(texts(before, filesOf(local({ cni: named('corp-net-1.1.0') })))).toEqual([]);
});
