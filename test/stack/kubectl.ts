import { mkdirSync } from 'node:fs';
import { CommandError, type CommandResult, run } from './command';

/** Where kubectl is, and what it talks to. */
export interface KubectlProps {
  readonly binary: string;
  readonly kubeconfig: string;
  /** Its own cache: what it knows of another server at the same address would mislead it. */
  readonly cacheFolder: string;
  /** Turns the command line into one that runs where the server is. @default as it is */
  readonly inside?: (command: readonly string[]) => string[];
}

/** The standard input of one call. */
export interface KubectlInput {
  readonly input?: string;
}

/** kubectl for one server. */
export class Kubectl {
  constructor(private readonly props: KubectlProps) {}

  /** Runs kubectl to its end, whatever that is. */
  run(args: readonly string[], { input }: KubectlInput = {}): Promise<CommandResult> {
    return run(this.command(args), { input, env: this.environment });
  }

  /** Runs kubectl, which must succeed, and returns what it printed. */
  async output(args: readonly string[], input: KubectlInput = {}): Promise<string> {
    const result = await this.run(args, input);
    if (result.code !== 0) throw new CommandError(['kubectl', ...args], result);
    return result.stdout;
  }

  /** The command line of a call. */
  command(args: readonly string[]): string[] {
    const command = [this.props.binary, ...args];
    return this.props.inside?.(command) ?? command;
  }

  /** The environment of a call. */
  get environment(): NodeJS.ProcessEnv {
    const { kubeconfig, cacheFolder } = this.props;
    mkdirSync(cacheFolder, { recursive: true });
    return { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: cacheFolder };
  }
}
