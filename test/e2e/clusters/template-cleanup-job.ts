import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../../stack/api-server';
import { type CommandResult, run } from '../../stack/command';
import type { Stack } from '../../stack/stack';
import { parseObjects } from '../../support/fleet';

const ACCOUNT = ['template-cleanup', '--namespace=fleetwright-system'];

/** Runs the clean-up of templates once. */
export type CleanUp = (...more: string[]) => Promise<CommandResult>;

/**
 * How the job's container starts, on this machine and with the account's own token: the text of the ConfigMap.
 *
 * @param rendered the file of the add-on, which is applied already
 */
export async function prepareCleanUp(stack: Stack, server: ApiServer, rendered: string): Promise<CleanUp> {
  const objects = parseObjects(rendered);
  const job = objects.find(({ kind }) => kind === 'CronJob')?.spec as unknown as CronJobSpec;
  const programs = objects.find(({ kind }) => kind === 'ConfigMap')?.data as Record<string, string>;
  const { command, args } = job.jobTemplate.spec.template.spec.containers[0];
  const file = path.posix.basename(command[1]);
  const program = stack.path(file);
  writeFileSync(program, programs[file] ?? '');
  const token = stack.path('template-cleanup.token');
  writeFileSync(token, await server.kubectl.output(['create', 'token', ...ACCOUNT]));
  const { hostname, port } = new URL(server.url);
  const env = {
    PATH: process.env.PATH,
    NODE_EXTRA_CA_CERTS: stack.authority.cert,
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    FLEETWRIGHT_TOKEN_FILE: token,
  };
  return (...more) => run(stack.network.inside([process.execPath, program, ...args, ...more]), { env });
}

interface Container {
  readonly command: readonly [string, string];
  readonly args: readonly string[];
}

/** The members of the job that are read here. */
interface CronJobSpec {
  readonly jobTemplate: {
    readonly spec: {
      readonly template: {
        readonly spec: { readonly containers: readonly [Container] };
      };
    };
  };
}
