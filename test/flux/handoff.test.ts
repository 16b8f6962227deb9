import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ExistingCluster, Fleet } from '../../constructs';
import { readings } from '../support/clusters';
import { temporaryFolder } from '../support/folder';

const folder = temporaryFolder('handoff');

/** The problems of a cluster whose Flux starts with these Secrets. */
function problems(text: string): string[] {
  const secretsFile = path.join(folder, 'prod.sops.yaml');
  writeFileSync(secretsFile, text);
  const fleet = new Fleet({ source: { url: 'ssh://git@git.example.com/fleet', secretName: 'fleet-git' } });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  new ExistingCluster(fleet, 'prod', { kubernetesVersion: 'v1.36.3', secretsFile });
  return readings(fleet).map((problem) => problem.replaceAll(secretsFile, 'FILE'));
}

function secret(
  name: string,
  value = 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]',
  more = '',
): string {
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: flux-system${more} }
stringData: { identity: "${value}" }
sops: { mac: "ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]", version: 3.13.3 }
`;
}

describe('the secrets that a cluster starts with', () => {
  it('are taken when they are encrypted and complete', () => {
    expect(problems(`${secret('fleet-git')}---\n${secret('fleet-age')}`)).toEqual([]);
  });

  it('are refused in the clear', () => {
    expect(problems(secret('fleet-git', 'hunter2'))).toEqual([expect.stringMatching(/\[secret-plaintext\]/)]);
  });

  it.each([
    [
      'other objects',
      `${secret('fleet-git')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: extra, namespace: flux-system }\n`,
      "secretsFile [secrets-file-foreign] is no Secret of the namespace flux-system; put there only what the cluster's Flux starts with; the rest belongs to an app",
    ],
    [
      'no git credential',
      secret('fleet-age'),
      "secretsFile [secrets-file-incomplete] has no Secret fleet-git, by which the cluster's Flux reads the repository (source.secretName); add it to the file",
    ],
  ])('are reported with %s', (_, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  it.each(['a: b: c', 'just text', 'kind: Secret'])('are reported when they are no objects: %s', (text) => {
    expect(problems(text)[0]).toBe(
      'secretsFile [secrets-file-malformed] has something else than a Kubernetes object as document 1; write Secrets in YAML, and encrypt them with `sops`',
    );
  });
});
