import { checkMissing, neededSecrets } from '../../../cli/bootstrap/needs';
import { readSecrets, valuesIn } from '../../../cli/bootstrap/secrets';
import type { Manifest } from '../../../constructs/emit/manifest';
import { BootstrapFixture, problemsIn } from './fixture';

const fixture = new BootstrapFixture();

const object = (kind: string, name: string, spec: object, namespace = 'flux-system'): Manifest => ({
  ...{ apiVersion: 'v1', kind, metadata: { name, namespace }, spec },
});
const key = { secretRef: { name: 'key' } };

const OBJECTS = [
  object('GitRepository', 'fleet', { url: 'ssh://git@git.example.com/fleet', secretRef: { name: 'git' } }),
  object(
    'GitRepository',
    'fleet',
    { url: 'https://git.example.com/fleet', secretRef: { name: 'git' } },
    'clusters',
  ),
  object('HelmRepository', 'charts', { url: 'https://charts.example.com', certSecretRef: { name: 'ca' } }),
  object('OCIRepository', 'app', { url: 'oci://registry.example.com/app', secretRef: { name: 'pull' } }),
  object(
    'Kustomization',
    'edge',
    { decryption: key, kubeConfig: { secretRef: { name: 'edge-kubeconfig' } } },
    'clusters',
  ),
  object('Kustomization', 'made', { kubeConfig: { secretRef: { name: 'made-kubeconfig' } } }, 'clusters'),
  object('Cluster', 'made', {}, 'clusters'),
  object('OCIRepository', 'signed', { url: 'oci://x', verify: { secretRef: { name: 'cosign' } } }),
  object('Bucket', 'objects', { secretRef: { name: 'bucket' }, proxySecretRef: { name: 'proxy' } }),
  object('Provider', 'chat', { secretRef: { name: 'address' } }),
  object('Kustomization', 'own', { decryption: { secretRef: { name: 'in-git' } } }),
  object('Secret', 'in-git', {}),
  object('GitRepository', 'tenant', { url: 'https://x', secretRef: { name: 'theirs' } }, 'tenant'),
];
const needs = neededSecrets(OBJECTS);

describe('the Secrets that a folder names', () => {
  it('are those of its sources and keys, and later those of others', () => {
    const list = (first: boolean) =>
      needs.filter(({ isFirst }) => isFirst === first).map(({ namespace, name }) => `${namespace}/${name}`);
    expect(list(true)).toEqual([
      ...['flux-system/git', 'clusters/git', 'flux-system/ca', 'flux-system/pull', 'clusters/key'],
      ...['flux-system/cosign', 'flux-system/bucket', 'flux-system/proxy'],
    ]);
    expect(list(false)).toEqual(['clusters/edge-kubeconfig', 'flux-system/address']);
  });

  it('are made by a command that the problem tells', async () => {
    const missing = needs.filter(({ name }) => name === 'git' || name === 'key' || name === 'address');
    expect(await problemsIn(() => checkMissing(missing))).toBe(
      '2 problems\n\n' +
        'Secret git [secret-missing]\n' +
        '  namespace is "flux-system, clusters": has no such Secret, which GitRepository fleet needs\n' +
        '  remedy: give what this prints to --secrets: kubectl create secret generic git --from-file=identity=FILE --from-file=known_hosts=FILE --dry-run=client --output=yaml\n\n' +
        'Secret key [secret-missing]\n' +
        '  namespace is "clusters": has no such Secret, which Kustomization edge needs\n' +
        '  remedy: give what this prints to --secrets: kubectl create secret generic key --from-file=age.agekey=FILE --dry-run=client --output=yaml\n',
    );
    expect(() => checkMissing(missing.filter(({ name }) => name === 'address'))).not.toThrow();
  });
});

describe('a file of Secrets', () => {
  const read = (text: string) => readSecrets(fixture.write('secrets.yaml', text), needs);
  const secret = (name: string, rest = 'stringData: { a: hidden-value }', namespace = '') =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}${namespace} }\n${rest}\n`;

  it('goes to every namespace that needs one of the name', async () => {
    const found = await read(
      `${secret('git')}---\n${secret('key', 'data: { b: aGlkZGVu }', ', namespace: clusters')}`,
    );
    expect(found.map(({ metadata, data }) => [metadata.namespace, metadata.name, data])).toEqual([
      ['flux-system', 'git', { a: 'aGlkZGVuLXZhbHVl' }],
      ['clusters', 'git', { a: 'aGlkZGVuLXZhbHVl' }],
      ['clusters', 'key', { b: 'aGlkZGVu' }],
    ]);
    expect(valuesIn(found)).toContain('hidden-value');
  });

  it.each([
    [
      'that nobody needs',
      secret('other'),
      'Secret other',
      'is a Secret that no Flux object in the rendered fleet reads',
    ],
    [
      'of another namespace',
      secret('key', undefined, ', namespace: flux-system'),
      'flux-system/key',
      'no Flux object in the rendered fleet reads',
    ],
    [
      'of a namespace that Flux makes',
      secret('key', undefined, ', namespace: mail'),
      'mail/key',
      'is of a namespace that this command puts no Secrets into',
    ],
    ['that is encrypted', secret('key', 'stringData: { a: b }\nsops: {}'), 'Secret key', 'is encrypted'],
    ['without data', secret('key', ''), 'Secret key', 'has no data'],
    [
      'with an empty key',
      secret('key', 'stringData: { a: "" }'),
      'Secret key',
      'has nothing, or no text, under the key a',
    ],
    ['that is there twice', `${secret('key')}---\n${secret('key')}`, 'Secret clusters/key', 'is there twice'],
    [
      'that is none',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: key }',
      'ConfigMap key',
      'is no Secret (v1) with a name',
    ],
    ['that is no YAML', 'a: [', '', 'Flow sequence'],
    ['in a List without items', 'apiVersion: v1\nkind: List', 'List', 'is a List without items'],
    [
      'in a List of nothing',
      'apiVersion: v1\nkind: List\nitems: [null]',
      '',
      'holds something without apiVersion and kind',
    ],
    [
      'without metadata',
      'apiVersion: v1\nkind: Secret\nmetadata: null',
      'Secret',
      'is no Secret (v1) with a name',
    ],
    ['with text as data', secret('key', 'data: hidden-value'), 'Secret key', 'has data that is no mapping'],
    [
      'with an alias',
      secret('key', 'stringData: { a: *hidden-value }'),
      '',
      'has an alias in line 4, or text that begins with * and is not quoted',
    ],
    [
      'with a tag',
      secret('key', 'stringData: { a: !hidden-value x }'),
      '',
      'has a tag in line 4, or text that begins with ! and is not quoted',
    ],
  ])('refuses one %s', async (_, text, name, problem) => {
    const told = await problemsIn(() => read(text));
    expect(told).toContain(name);
    expect(told).toContain(problem);
    expect(told).not.toContain('hidden-value');
  });

  it('that is missing is a problem', async () => {
    expect(await problemsIn(() => readSecrets('/no/file.yaml', needs))).toBe(
      '1 problem\n\n/no/file.yaml [secrets-malformed]\n  cannot be read: ENOENT\n' +
        '  remedy: name a file by --secrets, or pipe Secrets into the command and write --secrets -\n',
    );
  });
});
