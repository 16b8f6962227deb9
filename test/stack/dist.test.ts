import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDist } from './dist';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'fleetwright-dist-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, 'dist', file)), { recursive: true });
    writeFileSync(path.join(root, 'dist', file), text);
  }
  return path.join(root, 'dist');
}

const lists = (...names: string[]) =>
  `kind: Kustomization\nresources:\n${names.map((n) => `- ${n}\n`).join('')}`;
const object = (kind: string, name: string) => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
const handoff = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: prod-handoff
spec:
  path: ./dist/hub/clusters/prod/handoff
  kubeConfig:
    secretRef:
      name: prod-kubeconfig
`;

function kinds(dist: string): Record<string, string[]> {
  return Object.fromEntries(
    [...readDist(dist)].map(([name, list]) => [name, list.map((each) => each.object.kind)]),
  );
}

test('gives each cluster what is in its folder, namespaces and CRDs first', () => {
  const dist = write({
    'prod/kustomization.yaml': lists('a.yaml', 'b.yaml'),
    'prod/a.yaml': `${object('Service', 'a')}---\n${object('CustomResourceDefinition', 'a')}`,
    'prod/b.yaml': `---\n${object('Namespace', 'b')}---\n# nothing\n`,
    'test/kustomization.yaml': lists(),
  });
  expect(kinds(dist)).toEqual({ prod: ['Namespace', 'CustomResourceDefinition', 'Service'], test: [] });
});

test('gives a workload cluster what the management cluster applies to it', () => {
  const dist = write({
    'hub/kustomization.yaml': lists('handoff.yaml'),
    'hub/handoff.yaml': handoff,
    'hub/clusters/prod/handoff/kustomization.yaml': lists('root.yaml'),
    'hub/clusters/prod/handoff/root.yaml': object('ConfigMap', 'root'),
    'prod/kustomization.yaml': lists(),
  });
  expect(kinds(dist)).toEqual({ hub: ['Kustomization'], prod: ['ConfigMap'] });
});

test('follows folders that another folder lists', () => {
  const dist = write({
    'prod/kustomization.yaml': lists('apps/shop'),
    'prod/apps/shop/kustomization.yaml': lists('shop.yaml'),
    'prod/apps/shop/shop.yaml': object('Service', 'shop'),
  });
  expect(kinds(dist)).toEqual({ prod: ['Service'] });
});

test('hands over an encrypted Secret as Flux would, without its sops field', () => {
  const dist = write({
    'prod/kustomization.yaml': lists('secret.yaml'),
    'prod/secret.yaml': `${object('Secret', 'git')}data:\n  key: ENC[AES256_GCM,x]\nsops:\n  version: 3.9.0\n`,
  });
  const [secret] = readDist(dist).get('prod') ?? [];
  expect(JSON.parse(secret?.text ?? '')).toEqual({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'git' } },
    data: { key: Buffer.from('ENC[AES256_GCM,x]').toString('base64') },
  });
});

test.each([
  ['a file that nothing lists', { 'prod/stray.yaml': object('Service', 'a') }, /No kustomization.yaml lists/],
  ['a list of what is not there', { 'prod/kustomization.yaml': lists('gone.yaml') }, /does not exist/],
  ['a patch', { 'prod/kustomization.yaml': 'patches: []\n' }, /has `patches`/],
])('refuses %s', (_what, files: Record<string, string>, message) => {
  expect(() => readDist(write({ 'prod/kustomization.yaml': lists(), ...files }))).toThrow(message);
});
