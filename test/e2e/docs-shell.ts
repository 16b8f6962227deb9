import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CommandResult, run } from '../stack/command';
import { ROOT } from '../support/folder';

/** A block of shell of a page, by the name in the comment before it: `<!-- run: name -->`. */
export function shellBlocks(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(path.join(ROOT, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/^( *)(?:<!-- run: ([\w-]+) -->\n *)?```sh\n([\s\S]*?)^ *```$/gm)];
  return new Map(
    blocks.map(([, indent = '', name, block = '']) => {
      if (name === undefined) throw new Error(`docs/${page} has a block that no test runs: ${block}`);
      return [name, block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')];
    }),
  );
}

/** Where the blocks of a page are run as a person would: in a shell, one after the other. */
export interface DocsShell {
  /** The folder that they are run in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The command line of each program that is not that of this machine. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
}

/** Makes the programs of a shell findable. @param folder for them, which does not exist yet */
export function prepareShell(folder: string, shell: DocsShell): DocsShell {
  mkdirSync(folder);
  for (const [name, command] of Object.entries(shell.programs)) {
    const file = path.join(folder, name);
    const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
    chmodSync(file, 0o755);
  }
  return { ...shell, env: { ...shell.env, PATH: `${folder}:${process.env.PATH}` } };
}

/** Runs a block to its end; whatever fails in it fails it. */
export function inShell(block: string, { cwd, env }: DocsShell): Promise<CommandResult> {
  return run(['bash', '-euo', 'pipefail', '-c', block], { cwd, env: { ...process.env, ...env } });
}
