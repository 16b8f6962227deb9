import { spawn } from 'node:child_process';
import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { refusalsOf } from './refusal';

/** Which cluster kubectl talks to. */
export interface Target {
  /** @default the current one */
  readonly context?: string;
  /** @default what kubectl itself reads: `KUBECONFIG`, or `~/.kube/config` */
  readonly kubeconfig?: string;
}

/** How a call of kubectl ended. */
export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The kubectl of the person who runs the command: it knows every way to log in to a cluster. */
export class Kubectl {
  private hidden: readonly string[] = [];

  /** @param program its name or path */
  constructor(
    private readonly target: Target,
    private readonly program = 'kubectl',
  ) {}

  /** Leaves these values out of whatever is told of a failure. */
  hide(values: readonly string[]): void {
    const all = values.flatMap((value) => [value, Buffer.from(value).toString('base64')]);
    // What is shorter is found everywhere, and says nothing.
    this.hidden = all.filter((value) => value.length > 3).sort((a, b) => b.length - a.length);
  }

  /** Runs it to its end, whatever that is. @throws FleetError when it cannot be started */
  run(args: readonly string[], input = ''): Promise<Result> {
    const { context, kubeconfig } = this.target;
    const all = [
      ...args,
      ...(context === undefined ? [] : [`--context=${context}`]),
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
      '--request-timeout=60s',
    ];
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, all, { env: process.env, stdio: 'pipe' });
      const [stdout, stderr]: Buffer[][] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => stdout?.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr?.push(chunk));
      child.on('error', (error: NodeJS.ErrnoException) => reject(missing(this.program, error)));
      child.on('close', (status) =>
        resolve({
          status: status ?? 1,
          stdout: Buffer.concat(stdout ?? []).toString('utf8'),
          stderr: Buffer.concat(stderr ?? []).toString('utf8'),
        }),
      );
      // One that fails early reads nothing.
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
  }

  /** What it prints. @throws FleetError when it fails */
  async output(args: readonly string[], input?: string): Promise<string> {
    const result = await this.run(args, input);
    if (result.status === 0) return result.stdout;
    throw this.failure(args, result);
  }

  /** The objects that it prints, where it may print none, one or a list. */
  async objects(args: readonly string[], input?: string): Promise<readonly Manifest[]> {
    const text = await this.output([...args, '--output=json'], input);
    if (text.trim() === '') return [];
    const found = JSON.parse(text) as Manifest & { readonly items?: readonly Manifest[] };
    return found.kind.endsWith('List') ? (found.items ?? []) : [found];
  }

  /** What went wrong with a call, as people can mend it. */
  failure(args: readonly string[], { stderr, stdout }: Result): FleetError {
    const text = this.hidden.reduce((rest, value) => rest.replaceAll(value, '...'), stderr || stdout);
    return new FleetError(refusalsOf(`kubectl ${args[0]}`, text));
  }
}

/** Several objects as kubectl reads them. */
export function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function missing(program: string, error: NodeJS.ErrnoException): FleetError {
  return new FleetError([
    {
      code: 'kubectl-missing',
      path: program,
      field: '',
      value: undefined,
      problem: `cannot be run: ${error.code ?? error.message}`,
      remedy: 'install kubectl on the PATH: https://kubernetes.io/docs/tasks/tools/',
      cause: error,
    },
  ]);
}
