import { spawn } from 'node:child_process';
import path from 'node:path';

/** How a process of the repository's TypeScript is started. */
export const TYPESCRIPT: readonly string[] = [
  process.execPath,
  '--import',
  path.join(__dirname, '../../node_modules/tsx/dist/loader.mjs'),
];

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface CommandOptions {
  /** What the command reads from its standard input. @default nothing */
  readonly input?: string;
  /** The whole environment of the command. @default that of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder it runs in. @default that of this process */
  readonly cwd?: string;
}

/** A command that ended with another code than 0. */
export class CommandError extends Error {
  constructor(
    command: readonly string[],
    readonly result: CommandResult,
  ) {
    super(`${command.join(' ')} ended with ${result.code}: ${result.stderr.trim() || result.stdout.trim()}`);
    this.name = 'CommandError';
  }
}

/** Runs a command to its end, whatever that is. Rejects only when it could not be started. */
export function run(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
    // A command that fails early closes its input before it has read all of it.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a command that must succeed, and returns what it printed. */
export async function output(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await run(command, options);
  if (result.code !== 0) throw new CommandError(command, result);
  return result.stdout;
}

/**
 * Resolves once `check` does so with true; rejects with `what` after the given seconds. The longer it takes, the
 * longer the pauses, up to half a second: a check is mostly a program that takes time from what it waits for.
 */
export async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  const started = Date.now();
  while (!(await check())) {
    const waited = Date.now() - started;
    if (waited > seconds * 1000) throw new Error(`${what}: not after ${seconds} s`);
    const pause = Math.min(500, Math.max(100, waited / 10));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
