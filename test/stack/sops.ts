import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dump, load } from 'js-yaml';
import { build } from './build';
import { output, run } from './command';
import { sops } from './parts';

/** A pair of keys of age, as a cluster has one. */
export interface AgeKey {
  /** What is encrypted for: `age1...`. */
  readonly publicKey: string;
  /** What opens it: the text of the key `age.agekey` of a Secret. */
  readonly secretKey: string;
}

/** One rule of a `.sops.yaml`. */
interface CreationRule {
  readonly path_regex: string;
  readonly encrypted_regex: string;
  readonly age: string;
}

/** Makes a pair of keys. */
export async function ageKey(): Promise<AgeKey> {
  const secretKey = await output([path.join(await build(sops), 'age-keygen')]);
  const publicKey = /^# public key: (age1\w+)$/m.exec(secretKey)?.[1];
  if (!publicKey) throw new Error('age-keygen printed no public key');
  return { publicKey, secretKey };
}

/**
 * Writes the `.sops.yaml` that docs/clusters.md tells, into a work tree.
 *
 * @param keys public keys by the folder whose files are encrypted for them, such as `clusters`
 */
export function writeCreationRules(workTree: string, keys: Readonly<Record<string, string>>): void {
  const docs = readFileSync(path.join(__dirname, '../../docs/clusters.md'), 'utf8');
  const block = /^```yaml\n(creation_rules:\n[^`]+)```$/m.exec(docs)?.[1];
  const { creation_rules } = load(block ?? '') as { creation_rules: [CreationRule] };
  const [rule] = creation_rules;
  const rules = Object.entries(keys).map(([folder, age]) => ({
    ...rule,
    path_regex: rule.path_regex.replace('clusters/', `${folder}/`),
    age,
  }));
  writeFileSync(path.join(workTree, '.sops.yaml'), dump({ creation_rules: rules }));
}

/**
 * Writes a text, encrypted by the rules of a work tree; the text itself reaches no disk.
 *
 * @param file relative to the work tree
 */
export async function encrypt(workTree: string, file: string, text: string): Promise<void> {
  const command = [path.join(await build(sops), 'sops'), 'encrypt', '--filename-override', file];
  const target = path.join(workTree, file);
  const encrypted = await output(command, { cwd: workTree, input: text });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, encrypted);
}

/** What a key makes of an encrypted file, or the error of `sops`. */
export async function decrypt(file: string, { secretKey }: AgeKey): Promise<string> {
  // No home of the user's: sops would try the keys that are there.
  const env = { PATH: process.env.PATH, HOME: path.dirname(file), SOPS_AGE_KEY: secretKey };
  const { code, stdout, stderr } = await run([path.join(await build(sops), 'sops'), 'decrypt', file], {
    env,
  });
  if (code !== 0) throw new Error(`sops cannot open ${file}: ${stderr}`);
  return stdout;
}
