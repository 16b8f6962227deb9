import { groupOf, type Manifest } from '../../emit/manifest';
import type { Problem } from '../../problem';

/** A rendered object and where it comes from. */
export interface Rendered {
  readonly manifest: Manifest;
  /** The path of the construct that made it. */
  readonly path: string;
}

/** Names that make an object the same one to the API server of one cluster. */
function identityOf({ apiVersion, kind, metadata }: Manifest): string {
  const group = groupOf(apiVersion);
  const type = group ? `${group}/${kind}` : kind;
  return metadata.namespace ? `${type} ${metadata.namespace}/${metadata.name}` : `${type} ${metadata.name}`;
}

/** Finds objects that two constructs make on one cluster; they would overwrite each other for ever. */
export class Identities {
  private readonly clusters = new Map<string, Map<string, string>>();

  /** Takes one object of this cluster, and says whether another one has its identity already. */
  add(cluster: string, { manifest, path }: Rendered): Problem[] {
    const identity = identityOf(manifest);
    const owners = this.clusters.get(cluster) ?? new Map<string, string>();
    this.clusters.set(cluster, owners);
    const owner = owners.get(identity);
    if (owner === undefined) {
      owners.set(identity, path);
      return [];
    }
    return [
      {
        code: 'object-duplicate',
        path,
        field: '',
        value: identity,
        problem: `is made on cluster ${cluster} by ${owner} too`,
        remedy: 'give one of them another name or namespace, or make it once',
      },
    ];
  }
}

/** What is wrong with one object by itself: a list, no name, or a Secret that anyone who reads git can read. */
export function checkObject({ manifest, path }: Rendered): Problem[] {
  if (Array.isArray(manifest.items) && manifest.kind.endsWith('List')) return [listed(manifest, path)];
  return [...checkName(manifest, path), ...checkSecret({ manifest, path })];
}

function checkName({ kind, metadata }: Manifest, path: string): Problem[] {
  // RBAC names may hold colons (system:...), and a few kinds capital letters: only what no kind takes.
  if (metadata.name && !/[\s/%]/.test(metadata.name) && metadata.name.length <= 253) return [];
  return [
    {
      code: 'object-name',
      path,
      field: 'metadata.name',
      value: metadata.name,
      problem: `is no name for a ${kind}`,
      remedy: 'use lower-case letters, digits, `-` and `.`, at most 253',
    },
  ];
}

/** Flux would apply what is in a list, but no check, protection or order here has seen it. */
function listed({ kind }: Manifest, path: string): Problem {
  return {
    code: 'object-list',
    path,
    field: 'kind',
    value: kind,
    problem: 'is a list of objects',
    remedy: 'add each of its items as an object of its own',
  };
}

/** What SOPS leaves of a value. */
const ENCRYPTED = /^ENC\[AES256_GCM,data:[^\]]*,iv:[^\]]*,tag:[^\]]*,type:[a-z]+\]$/;

/** What anyone who reads git could read of a Secret. */
export function checkSecret({ manifest, path }: Rendered): Problem[] {
  const readable = readableIn(manifest).map((field) => plaintext(manifest, path, field));
  const isRepeated = isSecret(manifest) && LAST_APPLIED in Object(manifest.metadata.annotations);
  return isRepeated ? [...readable, lastApplied(manifest, path)] : readable;
}

/** At any version: the API server refuses one that it does not have, but git has it by then. */
function isSecret({ apiVersion, kind }: Manifest): boolean {
  return kind === 'Secret' && groupOf(apiVersion) === '';
}

/** A `kustomization.yaml`, not a sync of Flux. */
function isKustomizeList({ apiVersion }: Manifest): boolean {
  return groupOf(apiVersion) === 'kustomize.config.k8s.io';
}

/** Where `kubectl apply` repeats the whole object; SOPS leaves it as it is when it encrypts the values alone. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function lastApplied(manifest: Manifest, path: string): Problem {
  return {
    ...plaintext(manifest, path, `metadata.annotations["${LAST_APPLIED}"]`),
    remedy:
      'remove the annotation, in which `kubectl apply` repeats the values, and encrypt the Secret again with SOPS',
  };
}

/**
 * The fields of a Secret that anyone could read, or of a `kustomization.yaml` that would make one. SOPS encrypts every value, and adds a `sops` member with a code by
 * which it finds changes.
 */
export function readableIn(manifest: Manifest): string[] {
  if (isKustomizeList(manifest)) return 'secretGenerator' in manifest ? ['secretGenerator'] : [];
  if (!isSecret(manifest)) return [];
  const { mac } = (manifest.sops ?? {}) as { mac?: unknown };
  const isEncrypted = (value: unknown) => ENCRYPTED.test(String(mac)) && ENCRYPTED.test(String(value));
  const open = Object.keys(manifest).filter((member) => !SECRET_MEMBERS.has(member));
  const values = (['data', 'stringData'] as const).flatMap((member) =>
    Object.entries((manifest[member] ?? {}) as Record<string, unknown>)
      .filter(([, value]) => !isEncrypted(value) && !isBlank(String(value)))
      .map(([key]) => `${member}.${key}`),
  );
  return [...open, ...values];
}

/** Whether a value holds nothing, be it in base64 or in base64 of that: some programs want a Secret in any case. */
export function isBlank(value: string): boolean {
  if (value.trim() === '') return true;
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  return Buffer.from(decoded, 'latin1').toString('base64') === value && isBlank(decoded);
}

/** What a Secret may have; anything else is no part of one, and nobody would look for a password there. */
const SECRET_MEMBERS = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'type',
  'immutable',
  'data',
  'stringData',
  'sops',
]);

/** Keys, of TLS or SSH and of age, as they begin. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1/;

/** A private key in any object, whatever its kind. */
export function checkText(text: string, { manifest, path }: Rendered): Problem[] {
  return PRIVATE_KEY.test(text) ? [plaintext(manifest, path, '')] : [];
}

function plaintext({ kind, metadata }: Manifest, path: string, field: string): Problem {
  const what = field === '' ? 'holds a private key, which' : 'of it';
  return {
    code: 'secret-plaintext',
    path,
    field,
    value: undefined,
    problem: `${[kind, metadata.name].filter(Boolean).join(' ')}: ${what} would be readable in git, for ever`,
    remedy: 'encrypt it with SOPS, or let External Secrets, cert-manager or the operator make it',
  };
}
