import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { kubectlBinary } from '../../stack/binaries';
import { TYPESCRIPT } from '../../stack/command';
import type { Outside } from '../../stack/outside';
import type { Stack } from '../../stack/stack';
import { ROOT } from '../../support/folder';

/** What a run of the command said, and how it ended. */
export interface Ran {
  /** `null`: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command runs. */
export interface RunOptions {
  readonly kubeconfig: string;
  readonly cwd?: string;
  readonly input?: string;
  /** Ends it by SIGKILL as soon as it has said this. */
  readonly killAt?: RegExp;
  readonly env?: NodeJS.ProcessEnv;
  /** A folder with further programs. */
  readonly bin?: string;
}

/** Runs commands as a person in the stack's network would, to whom the outside is the world. */
export async function runThere(
  { network }: Pick<Stack, 'network'>,
  outside: Outside,
  command: readonly string[],
  { kubeconfig, cwd, input, killAt, env, bin }: RunOptions,
): Promise<Ran> {
  const [file = '', ...args] = network.inside(outside.naming(command));
  const folders = [...(bin ? [bin] : []), path.dirname(await kubectlBinary()), process.env.PATH];
  const child = spawn(file, args, {
    cwd,
    env: {
      ...{ PATH: folders.join(':'), HOME: path.dirname(kubeconfig), KUBECONFIG: kubeconfig },
      ...{ NODE_EXTRA_CA_CERTS: outside.authority, GIT_SSL_CAINFO: outside.authority },
      ...env,
    },
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  return ending(child, killAt);
}

/** Runs `fleetwright bootstrap`. */
export function bootstrap(
  stack: Pick<Stack, 'network'>,
  outside: Outside,
  args: readonly string[],
  options: RunOptions,
): Promise<Ran> {
  const main = path.join(ROOT, 'cli', 'main.ts');
  return runThere(stack, outside, [...TYPESCRIPT, main, 'bootstrap', ...args], options);
}

function ending(child: ChildProcess, killAt: RegExp | undefined): Promise<Ran> {
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      if (killAt?.test(stdout)) child.kill('SIGKILL');
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
