import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ExistingCluster, Fleet, type FleetSource } from '../../constructs';
import { readings } from '../support/clusters';
import { problemsOf } from '../support/fleet';
import { temporaryFolder } from '../support/folder';

const folder = temporaryFolder('handoff');

/** The problems of a cluster whose Flux starts with these Secrets. */
function problems(
  text: string,
  source: FleetSource = { url: 'ssh://git@git.example.com/fleet', secretName: 'fleet-git' },
): string[] {
  const secretsFile = path.join(folder, 'prod.sops.yaml');
  writeFileSync(secretsFile, text);
  const fleet = new Fleet({ source });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  new ExistingCluster(fleet, 'prod', { kubernetesVersion: 'v1.36.3', secretsFile });
  expect(problemsOf(fleet).map((problem) => problem.path)).toEqual(problemsOf(fleet).map(() => PATH));
  return readings(fleet).map((problem) => problem.replaceAll(secretsFile, 'FILE'));
}

const PATH = 'clusters/prod';
const ENCRYPTED = 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]';

/** A Secret as SOPS leaves it. */
function secret(
  name: string,
  keys = ['identity', 'known_hosts'],
  type = 'Opaque',
  value = ENCRYPTED,
): string {
  const values = keys.map((key) => `${key}: "${value}"`).join(', ');
  return `apiVersion: v1
kind: Secret
type: ${type}
metadata: { name: ${name}, namespace: flux-system }
stringData: { ${values} }
sops: { mac: "${ENCRYPTED}", version: 3.13.3 }
`;
}

/** A few lines that stand for millions of values. */
const BOMB = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]', ...'bcdefgh']
  .map((key, i, keys) => (i === 0 ? key : `${key}: &${key} [${`*${keys[i - 1]?.[0]}, `.repeat(9)}]`))
  .join('\n');

describe('the secrets that a cluster starts with', () => {
  it('are taken when they are encrypted and complete', () => {
    expect(problems(`${secret('fleet-git')}---\n${secret('fleet-age', ['age.agekey'])}`)).toEqual([]);
    expect(problems(secret('fleet-git').replace('stringData', 'data'))).toEqual([]);
    expect(problems(`---\n---\n${secret('fleet-git')}---\nsops: { version: 3.13.3 }\n`)).toEqual([]);
  });

  it('are refused in the clear: one problem for the file, which says how to encrypt it', () => {
    const open = secret('fleet-git', undefined, undefined, 'hunter2');
    expect(problems(`${open}---\n${open.replaceAll('fleet-git', 'fleet-age')}`)).toEqual([
      "secretsFile [secret-plaintext] would be readable in git, for ever: fleet-git stringData.identity, fleet-git stringData.known_hosts, fleet-age stringData.identity, fleet-age stringData.known_hosts; encrypt it for the management cluster's public key: sops encrypt --age age1... --encrypted-regex '^(data|stringData)$' --in-place FILE",
    ]);
  });

  it('are refused when more than their values is encrypted', () => {
    const whole = secret('fleet-git').replace(
      /(kind|type|name|namespace|apiVersion): [\w-]+/g,
      `$1: "${ENCRYPTED}"`,
    );
    expect(problems(`${whole}---\n${whole}`)).toEqual([
      "secretsFile [secrets-file-malformed] has more encrypted than the values of data and stringData, and Flux has to read the rest; write it again in the clear, and encrypt it for the management cluster's public key: sops encrypt --age age1... --encrypted-regex '^(data|stringData)$' --in-place FILE",
    ]);
  });

  it.each([
    [
      'other objects',
      `${secret('fleet-git')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: extra, namespace: flux-system }\n`,
      "secretsFile [secrets-file-foreign] is no Secret (v1) of the namespace flux-system; put there only what the cluster's Flux starts with; the rest belongs to an app",
    ],
    [
      'a Secret of a version that there is not',
      `${secret('fleet-git')}---\n${secret('extra').replace('v1', 'v1beta1')}`,
      "secretsFile [secrets-file-foreign] is no Secret (v1) of the namespace flux-system; put there only what the cluster's Flux starts with; the rest belongs to an app",
    ],
    [
      'no git credential',
      secret('fleet-age'),
      "secretsFile [secrets-file-incomplete] has no Secret fleet-git, by which the cluster's Flux reads the repository (source.secretName); add it to the file",
    ],
    [
      'nothing at all',
      '---\n',
      "secretsFile [secrets-file-incomplete] has no Secret fleet-git, by which the cluster's Flux reads the repository (source.secretName); add it to the file",
    ],
  ])('are reported with %s', (_, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  it('are refused in the clear also where the version of the Secret is misspelt', () => {
    const open = secret('fleet-git', undefined, undefined, 'hunter2').replace('v1', 'v1beta1');
    expect(problems(open)).toEqual([
      expect.stringMatching(/^secretsFile \[secret-plaintext\] would be readable/),
    ]);
  });

  it.each(['a: b: c', 'just text', 'kind: Secret', 'apiVersion: v1\nkind: Secret\nmetadata:\n', BOMB])(
    'are reported when they are no objects: %s',
    (text) => {
      expect(problems(text)).toEqual([
        'secretsFile [secrets-file-malformed] has something else than a Kubernetes object as document 1; write Secrets in YAML, and encrypt them with `sops`',
      ]);
    },
  );
});

describe('a file of secrets', () => {
  const found = (secretsFile: string) => {
    const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet' } });
    new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
    new ExistingCluster(fleet, 'prod', { kubernetesVersion: 'v1.36.3', secretsFile });
    return readings(fleet);
  };

  it('is a file, and neither a folder nor what never ends', () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [folder, '/dev/zero', pipe, path.join(folder, 'none')]) {
      expect(found(file)).toEqual([
        'secretsFile [secrets-file-missing] is no file; encrypt one with `sops`, and write its path from where synth runs: see docs/clusters.md',
      ]);
    }
  });

  it('is no larger than what a Secret can hold', () => {
    const file = path.join(folder, 'large');
    writeFileSync(file, '#'.repeat(1024 * 1024));
    expect(found(file)).toEqual([]);
    writeFileSync(file, '#'.repeat(1024 * 1024 + 1));
    expect(found(file)).toEqual([
      "secretsFile [secrets-file-malformed] is larger than 1 MiB, and no Secret can be; put there only what the cluster's Flux starts with: a key and a credential",
    ]);
  });
});

describe('the credential of the source', () => {
  const ssh: FleetSource = { url: 'ssh://git@git.example.com/fleet', secretName: 'fleet' };
  const https: FleetSource = { url: 'https://git.example.com/fleet', secretName: 'fleet' };
  const oci: FleetSource = { kind: 'oci', url: 'oci://registry.example.com/fleet', secretName: 'fleet' };
  const DOCKER = 'kubernetes.io/dockerconfigjson';

  it.each<[FleetSource, string[], string]>([
    [ssh, ['identity', 'known_hosts', 'password'], 'Opaque'],
    [https, ['username', 'password'], 'kubernetes.io/basic-auth'],
    [https, ['bearerToken', 'ca.crt'], 'Opaque'],
    [https, ['tls.crt', 'tls.key'], 'kubernetes.io/tls'],
    [https, ['ca.crt'], 'Opaque'],
    [https, ['caFile'], 'Opaque'],
    [oci, ['.dockerconfigjson'], DOCKER],
    [{ ...oci, secretName: undefined }, [], 'Opaque'],
  ])('of %j is taken with the keys %j', (source, keys, type) => {
    expect(problems(secret('fleet', keys, type), source)).toEqual([]);
  });

  const needs = {
    ssh: 'an ssh:// address (source.secretName); give it the keys identity and known_hosts',
    https:
      'an https:// address (source.secretName); give it the keys username and password, or bearerToken, or tls.crt and tls.key, or ca.crt, or caFile',
    oci: `a registry (source.secretName); give it the type ${DOCKER} and the key .dockerconfigjson`,
  };
  it.each<[FleetSource, string[], string, string]>([
    [ssh, ['identity'], 'Opaque', needs.ssh],
    [ssh, ['username', 'password'], 'Opaque', needs.ssh],
    [https, ['identity', 'known_hosts'], 'Opaque', needs.https],
    [https, ['password'], 'Opaque', needs.https],
    [oci, ['identity', 'known_hosts'], DOCKER, needs.oci],
    [oci, ['.dockerconfigjson'], 'Opaque', needs.oci],
  ])('of %j is refused with the keys %j and the type %s', (source, keys, type, expected) => {
    expect(problems(secret('fleet', keys, type), source)).toEqual([
      `secretsFile [secrets-file-incomplete] has a Secret fleet that Flux cannot use for ${expected}`,
    ]);
  });

  it.each<[FleetSource, string[], string, string]>([
    [ssh, ['identity', 'known_hosts'], 'known_hosts', ''],
    [ssh, ['identity', 'known_hosts'], 'identity', 'Cg=='],
    [https, ['username', 'password'], 'password', ''],
    [oci, ['.dockerconfigjson'], '.dockerconfigjson', ''],
  ])('of %j with the keys %j is refused where %s is "%s"', (source, keys, key, value) => {
    const type = source.kind === 'oci' ? DOCKER : 'Opaque';
    const text = secret('fleet', keys, type).replace(`${key}: "${ENCRYPTED}"`, `${key}: "${value}"`);
    expect(problems(text, source)).toEqual([
      `secretsFile [secrets-file-incomplete] the key ${key} of Secret fleet is empty; see why what should have made it printed nothing, and write the file again: see docs/clusters.md`,
    ]);
  });

  it('may have an empty key that Flux does not need', () => {
    const text = secret('fleet', ['bearerToken', 'ca.crt'], 'Opaque');
    expect(problems(text.replace(`ca.crt: "${ENCRYPTED}"`, 'ca.crt: ""'), https)).toEqual([]);
  });
});
