import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BackupManifest } from '../s3/layout';
import { Impossible } from './outcome';

/** What `dump`, `check` and `load` have found out about a dump. */
export interface Facts extends Pick<BackupManifest, 'sha256' | 'keys' | 'digest' | 'flavour'> {
  /** When the dump was begun and finished, where it was taken in this pod. */
  readonly started?: string;
  readonly finished?: string;
  /** The server's. */
  readonly version: string;
}

const LINES: Readonly<Record<string, RegExp>> = {
  started: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  finished: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  sha256: /^[0-9a-f]{64}$/,
  keys: /^\d{1,15}$/,
  digest: /^[0-9a-f]{40}$/,
  flavour: /^(redis|valkey)$/,
  version: /^\d+\.\d+\.\d+[\w.-]{0,32}$/,
};

const OPTIONAL: ReadonlySet<string> = new Set(['started', 'finished']);

/** Reads the file `facts`, of which every line has to be there once. */
export function readFacts(work: string): Facts {
  const file = path.join(work, 'facts');
  const found = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [, name = '', value = ''] = /^([a-z0-9]+)=(.*)$/.exec(line) ?? [];
    if (!LINES[name]?.test(value)) throw new Impossible(`${file}: the line ${JSON.stringify(line)} is wrong`);
    if (found.has(name)) throw new Impossible(`${file}: ${name} is there twice, so two runs have written it`);
    found.set(name, value);
  }
  for (const name of Object.keys(LINES)) {
    if (!found.has(name) && !OPTIONAL.has(name)) {
      throw new Impossible(`${file}: no ${name}: a step before this one did not finish`);
    }
  }
  return { ...(Object.fromEntries(found) as unknown as Facts), keys: Number(found.get('keys')) };
}
