import { aws, filesOf, local, neverRan, texts } from './fleets';

const firstBoot = { manifests: [{ url: 'https://mirror.example.com/cni.yaml', sha256: 'b1'.repeat(32) }] };
const chart = { oci: { url: 'oci://registry.example.com/charts/cilium', tag: '1.20.1' } };

const dropped = (cluster: string, release: string) =>
  `clusters/${cluster} [boot-dropped]
  cni is "${release}": is what nothing there starts without: nobody would remove it, and another would come beside it
  remedy: undo it. What shall be otherwise is a new cluster of another name: place the apps there by labels, then tear this one down in two steps (docs/protection.md)${neverRan(cluster)}`;

test.each([
  ['another network', local({ cni: 'calico' })],
  ['somebody else to install it', local({ cni: 'none' })],
  ['a chart of another name', local({ cni: { chart } })],
  ['a first boot', local({ firstBoot })],
])('a cluster that runs does not get %s', (_, after) => {
  expect(texts(filesOf(local()), filesOf(after))).toEqual([dropped('dev', 'dev-cilium')]);
});

test('with other ports opened, it is still one problem', () => {
  expect(texts(filesOf(aws()), filesOf(aws({ cni: 'calico' })))).toEqual([dropped('prod', 'prod-cilium')]);
});

test.each([
  ['the same network in another version', local(), local({ cni: { name: 'cilium', chart } })],
  ['a network where there was none', local({ cni: 'none' }), local()],
  ['another one while it is torn down', local({ teardown: 'allowed' }), local({ cni: 'calico' })],
  ['none when it is removed', local({ teardown: 'allowed' }), local({ teardown: 'removed' })],
])('it may have %s', (_, before, after) => {
  expect(texts(filesOf(before), filesOf(after))).toEqual([]);
});
