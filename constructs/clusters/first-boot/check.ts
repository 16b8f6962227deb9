import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
import { checkObjectName } from '../../fleet/check/names';
import type { Fleet } from '../../fleet/fleet';
import { checkUrl } from '../../flux/source/url';
import type { Problem } from '../../problem';
import type { KubeadmClusterProps } from '../machinery';
import type { FirstBoot, FirstBootManifest, FirstBootSecret } from './props';

const FIRST_BOOT: Fields<FirstBoot> = { manifests: 'list', secret: 'object?' };
const MANIFEST: Fields<FirstBootManifest> = { url: 'string', sha256: 'string' };
const SECRET: Fields<FirstBootSecret> = { name: 'string', key: 'string?' };

/** What is wrong with the shape of a first boot. */
export function checkFirstBootFields(path: string, firstBoot: FirstBoot | undefined): Problem[] {
  return [
    ...checkFields(path, 'firstBoot', firstBoot, FIRST_BOOT),
    ...checkEach(firstBoot?.manifests, (manifest, i) =>
      checkFields(path, `firstBoot.manifests[${i}]`, manifest, MANIFEST),
    ),
    ...checkFields(path, 'firstBoot.secret', firstBoot?.secret, SECRET),
  ];
}

/** What is wrong with a first boot; what the management cluster would have handed over is missed here. */
export function checkFirstBoot(
  path: string,
  { firstBoot, secretsFile }: KubeadmClusterProps,
  { source }: Fleet,
): Problem[] {
  if (!firstBoot) return [];
  return [
    ...(firstBoot.manifests.length > 0 ? [] : [empty(path)]),
    ...firstBoot.manifests.flatMap((manifest, i) => checkManifest(path, i, manifest)),
    ...(source.secretName && !firstBoot.secret ? [credential(path, source.secretName)] : []),
    ...checkSecret(path, firstBoot.secret),
    ...(secretsFile === undefined ? [] : [twice(path, secretsFile)]),
  ];
}

function checkManifest(path: string, i: number, { url, sha256 }: FirstBootManifest): Problem[] {
  const field = `firstBoot.manifests[${i}]`;
  const urls = checkUrl(path, `${field}.url`, url, ['https']);
  // It stands in a script, which is a template besides.
  if (urls.length === 0 && /[^!-~]|['"`\\{}]/.test(url)) {
    urls.push({
      code: 'url-malformed',
      path,
      field: `${field}.url`,
      value: url,
      problem: 'has characters that an address is not written with',
      remedy: 'write them as % and two hexadecimal digits',
    });
  }
  if (/^[0-9a-f]{64}$/i.test(sha256)) return urls;
  return [
    ...urls,
    {
      code: 'checksum-malformed',
      path,
      field: `${field}.sha256`,
      value: sha256,
      problem: 'is no SHA-256',
      remedy: 'write the 64 hexadecimal digits that `sha256sum` prints for the file',
    },
  ];
}

function checkSecret(path: string, secret: FirstBootSecret | undefined): Problem[] {
  if (!secret) return [];
  const { name, key } = secret;
  const names = checkObjectName(path, 'firstBoot.secret.name', name);
  if (key === undefined || (/^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.' && key !== '..')) return names;
  return [
    ...names,
    {
      code: 'name-invalid',
      path,
      field: 'firstBoot.secret.key',
      value: key,
      problem: 'is no key of a Secret',
      remedy: 'use letters, digits, `-`, `_` and `.`, such as secrets.yaml',
    },
  ];
}

function empty(path: string): Problem {
  return {
    code: 'first-boot-empty',
    path,
    field: 'firstBoot.manifests',
    value: [],
    problem: 'installs nothing: neither a network nor Flux',
    remedy: "list the CNI's manifest and Flux's install.yaml, or leave `firstBoot` out",
  };
}

function credential(path: string, secretName: string): Problem {
  return {
    code: 'first-boot-credential',
    path,
    field: 'firstBoot.secret',
    value: undefined,
    problem: `is needed: the cluster's Flux reads the fleet with the Secret ${secretName} (source.secretName)`,
    remedy: 'name a Secret of the namespace clusters of the management cluster that holds its manifest',
  };
}

function twice(path: string, secretsFile: string): Problem {
  return {
    code: 'first-boot-handoff',
    path,
    field: 'secretsFile',
    value: secretsFile,
    problem: 'is handed over by the management cluster, which hands nothing to a cluster with `firstBoot`',
    remedy: 'remove it, and name what holds these Secrets in `firstBoot.secret`',
  };
}
