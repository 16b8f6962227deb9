import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { FleetError, type Problem } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { keyOf, NAMESPACES, type Need } from './needs';
import { asObject, readObjects } from './objects';

/** A Secret with its values in Base64, which it is sent with and no message quotes. */
export type Secret = Manifest & { readonly data: Readonly<Record<string, string>> };

/**
 * Reads Secrets from a file, or from standard input for `-`. One without a namespace is meant for every namespace
 * that needs one of its name.
 *
 * @throws FleetError on what is no Secret, is encrypted or empty, or that nobody needs
 */
export async function readSecrets(file: string, needs: readonly Need[]): Promise<Secret[]> {
  const where = file === '-' ? 'standard input' : file;
  const objects = readObjects(where, await textOf(file, where)).flatMap((object) =>
    object.kind === 'List' && Array.isArray(object.items)
      ? object.items.map((item) => asObject(where, item))
      : [object],
  );
  const problems: Problem[] = [];
  const secrets = objects.flatMap((object) => {
    const { name, namespace } = Object(object.metadata) as Manifest['metadata'];
    const report = (found: Pick<Problem, 'code' | 'problem' | 'remedy'>): Secret[] => {
      const value = [object.kind, namespace ? `${namespace}/${name}` : name].filter(Boolean).join(' ');
      problems.push({ path: where, field: '', value, ...found });
      return [];
    };
    const wrong = whyUnusable(object);
    if (wrong) return report({ code: 'secrets-malformed', ...wrong });
    const targets = needs.filter(
      (need) => need.name === name && (namespace ?? need.namespace) === need.namespace,
    );
    if (targets.length === 0) return report({ code: 'secret-unneeded', ...unneeded(needs, namespace) });
    return targets.map((need) => secretOf(object, need.namespace));
  });
  const doubles = secrets.filter(
    (secret, i) => secrets.findIndex((other) => keyOf(other.metadata) === keyOf(secret.metadata)) < i,
  );
  for (const { metadata } of doubles) problems.push(twice(where, keyOf(metadata)));
  if (problems.length > 0) throw new FleetError(problems);
  return secrets;
}

async function textOf(file: string, where: string): Promise<string> {
  try {
    return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new FleetError([
      {
        code: 'secrets-malformed',
        path: where,
        field: '',
        value: undefined,
        problem: `cannot be read: ${reason}`,
        remedy: 'name a file by --secrets, or pipe Secrets into the command and write --secrets -',
      },
    ]);
  }
}

function whyUnusable(object: Manifest): Pick<Problem, 'problem' | 'remedy'> | undefined {
  const { apiVersion, kind, metadata, sops } = object;
  if (kind === 'List') {
    return { problem: 'is a List without items', remedy: 'see what should have made it, and make it again' };
  }
  if (apiVersion !== 'v1' || kind !== 'Secret' || typeof metadata?.name !== 'string') {
    return { problem: 'is no Secret (v1) with a name', remedy: 'give Secrets only: Flux applies the rest' };
  }
  if (sops !== undefined) {
    return {
      problem: 'is encrypted',
      remedy: 'decrypt it on the way: sops decrypt FILE | npx fleetwright bootstrap --secrets -',
    };
  }
  const odd = [object.data, object.stringData].some(
    (values) => values !== undefined && (Object(values) !== values || Array.isArray(values)),
  );
  if (odd) return { problem: 'has data that is no mapping', remedy: 'write keys, each with its value' };
  const values = valuesOf(object);
  const isBlank = ([, value]: [string, unknown]) => typeof value !== 'string' || value.trim() === '';
  const blank = values.find(isBlank);
  if (values.length > 0 && !blank) return undefined;
  return {
    problem: blank ? `has nothing, or no text, under the key ${blank[0]}` : 'has no data',
    remedy: 'see whether what should have made it printed anything, and make it again',
  };
}

function valuesOf({ data, stringData }: Manifest): [string, unknown][] {
  return Object.entries({ ...Object(data), ...Object(stringData) });
}

function secretOf({ metadata, data, stringData, type }: Manifest, namespace: string): Secret {
  const plain = Object.entries(Object(stringData) as Record<string, string>);
  const encoded = plain.map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const { name, labels, annotations } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels, annotations },
    ...(type === undefined ? {} : { type }),
    data: { ...Object(data), ...Object.fromEntries(encoded) },
  };
}

function unneeded(
  needs: readonly Need[],
  namespace: string | undefined,
): Pick<Problem, 'problem' | 'remedy'> {
  if (namespace !== undefined && !NAMESPACES.has(namespace)) {
    return {
      problem: `is of a namespace that this command puts no Secrets into: only ${[...NAMESPACES].join(' and ')}`,
      remedy: 'leave it out here, and make it with kubectl when Flux has made its namespace',
    };
  }
  const wanted = needs.map(keyOf).sort().join(', ') || 'none';
  return {
    problem: 'is a Secret that no Flux object in the rendered fleet reads',
    remedy: `leave it out, or correct name and namespace; Secrets that are read: ${wanted}`,
  };
}

function twice(path: string, key: string): Problem {
  return {
    code: 'secrets-malformed',
    path,
    field: '',
    value: `Secret ${key}`,
    problem: 'is there twice',
    remedy: 'leave one of the two out',
  };
}

/** What no message may hold. */
export function valuesIn(secrets: readonly Secret[]): string[] {
  return secrets.flatMap(({ data }) =>
    Object.values(data).flatMap((value) => [value, Buffer.from(value, 'base64').toString('utf8')]),
  );
}
