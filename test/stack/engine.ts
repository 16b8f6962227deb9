import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from './api-server';
import { build } from './build';
import { shellOperator } from './parts';
import type { Stack } from './stack';

/** What shell-operator runs, and as whom. */
export interface EngineSettings {
  /** Unique in its stack. */
  readonly name: string;
  /** The folder of the hooks, each a file that can be run. */
  readonly hooks: string;
  readonly account: { readonly namespace: string; readonly name: string };
  /** What is in its environment beside what tells it where things are. */
  readonly env?: Readonly<Record<string, string>>;
}

/** shell-operator as a process beside a cluster. */
export interface Engine {
  /** The name of the process, and of its log. */
  readonly name: string;
  /** Where its metrics are, for what runs in the stack's network. */
  readonly url: string;
  /** What a hook finds in its environment, to run one alone. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of its hooks. */
  readonly hooks: string;
}

/** Runs the real engine beside a cluster, with what a pod of the account has from the kubelet. */
export async function startEngine(
  stack: Stack,
  server: ApiServer,
  { name, hooks, account, env: more }: EngineSettings,
): Promise<Engine> {
  const folder = stack.path(name);
  mkdirSync(folder, { recursive: true });
  const token = await server.kubectl.output([
    ...['create', 'token', account.name, `--namespace=${account.namespace}`, '--duration=24h'],
  ]);
  const tokenFile = path.join(folder, 'token');
  writeFileSync(tokenFile, token.trim(), { mode: 0o600 });
  const { hostname } = new URL(server.url);
  const port = await stack.network.port();
  const env = {
    ...more,
    KUBE_CONFIG: await server.accountKubeconfig(account.namespace, account.name),
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: new URL(server.url).port,
    FLEETWRIGHT_TOKEN_FILE: tokenFile,
    FLEETWRIGHT_CA_FILE: server.authority.cert,
    SHELL_OPERATOR_HOOKS_DIR: hooks,
    SHELL_OPERATOR_TMP_DIR: path.join(folder, 'tmp'),
    SHELL_OPERATOR_LISTEN_ADDRESS: stack.network.host,
    SHELL_OPERATOR_LISTEN_PORT: String(port),
    DEBUG_UNIX_SOCKET: path.join(folder, 'debug.socket'),
  };
  await stack.processes.start({
    ...{ name, cluster: server.name, env, port },
    command: [path.join(await build(shellOperator), 'shell-operator'), 'start'],
  });
  return { name, url: `http://${stack.network.host}:${port}`, env, hooks };
}
