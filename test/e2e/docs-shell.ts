import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../stack/api-server';
import type { Outside } from '../stack/outside';
import type { Stack } from '../stack/stack';
import { ROOT } from '../support/folder';
import { type Ran, runThere } from './bootstrap/command';

/** A block of shell of a page. */
export interface ShellBlock {
  readonly text: string;
  /** From the comment before it: `<!-- run: name -->`. */
  readonly name?: string;
  /** Why a test cannot run it, from the comment before it: `<!-- not run by the test: why -->`. */
  readonly passed?: string;
}

/** The shell of a page of `docs/`, in its order. */
export function shellBlocks(page: string): readonly ShellBlock[] {
  const text = readFileSync(path.join(ROOT, 'docs', page), 'utf8');
  const comment = '(?:<!-- (?:run: ([\\w-]+)|not run by the test: (.+)) -->\\n *)?';
  const pattern = new RegExp(`^( *)${comment}\`\`\`sh\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...text.matchAll(pattern)].map(([, indent, name, passed, block = '']) => ({
    ...{ name, passed, text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), '') },
  }));
}

/** The shell of a page by name. One without is an error, unless the page says why no test runs it. */
export function namedBlocks(page: string): ReadonlyMap<string, string> {
  const blocks = shellBlocks(page).filter(({ passed }) => passed === undefined);
  return new Map(
    blocks.map(({ name, text }) => {
      if (name === undefined) throw new Error(`docs/${page} has a block that no test runs: ${text}`);
      return [name, text];
    }),
  );
}

/** What the machine of a reader has. */
export interface ReaderOptions {
  /** The clusters that the kubeconfig has, each a context of its name; the first is the current one. */
  readonly servers: readonly ApiServer[];
  /** The folder that commands are run in. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The command line of each program, or the text of its script. */
  readonly programs?: Readonly<Record<string, readonly string[] | string>>;
}

/** A reader's shell: in the stack's network, with a home of its own and nothing of who runs the test. */
export class DocsShell {
  private constructor(
    private readonly stack: Stack,
    private readonly outside: Outside,
    readonly home: string,
    private readonly kubeconfig: string,
    private readonly options: ReaderOptions,
  ) {}

  /** Makes the home, and the programs findable; a stack has one such. */
  static create(
    { stack, outside }: { readonly stack: Stack; readonly outside: Outside },
    options: ReaderOptions,
  ): DocsShell {
    const home = stack.path('home');
    const bin = path.join(home, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const [name, program] of Object.entries(options.programs ?? {})) {
      const script = typeof program === 'string' ? program : `exec ${quoted(program)} "$@"`;
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(bin, name), 0o755);
    }
    const kubeconfig = path.join(home, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(options.servers), { mode: 0o600 });
    return new DocsShell(stack, outside, home, kubeconfig, options);
  }

  /** Runs a block to its end; whatever fails in it fails it. @param changes for this block alone */
  run(block: string, changes: Partial<Pick<ReaderOptions, 'cwd' | 'env'>> = {}): Promise<Ran> {
    const { cwd, env } = this.options;
    return runThere(this.stack, this.outside, ['bash', '-euo', 'pipefail', '-c', block], {
      ...{ kubeconfig: this.kubeconfig, cwd: changes.cwd ?? cwd, bin: path.join(this.home, 'bin') },
      env: { HOME: this.home, ...env, ...changes.env },
    });
  }

  /** Runs a block that must succeed. Returns what it printed. */
  async output(block: string, changes: Partial<Pick<ReaderOptions, 'cwd' | 'env'>> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(block, changes);
    if (code !== 0) throw new Error(`${block}\nended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }
}

/** The kubeconfigs of several clusters as one. */
function kubeconfigOf(servers: readonly ApiServer[]): string {
  const configs = servers.map(({ kubeconfig }) => JSON.parse(readFileSync(kubeconfig, 'utf8')));
  for (const config of configs) {
    const [{ name }] = config.clusters;
    config.users[0].name = name;
    config.contexts[0].context.user = name;
  }
  const members = ['clusters', 'users', 'contexts'].map((member) => [
    ...[member, configs.flatMap((config) => config[member])],
  ]);
  return JSON.stringify({ ...configs[0], ...Object.fromEntries(members) });
}

/** Words as a shell takes them apart again. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
