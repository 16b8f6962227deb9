import path from 'node:path';
import type { ApiServer } from './api-server';
import { build } from './build';
import { kubernetes } from './parts';
import type { Stack } from './stack';

/**
 * Runs Kubernetes' own controllers for a server: garbage collection, the end of namespaces, Deployments and Jobs. Each
 * acts as the ServiceAccount that it has in a cluster.
 *
 * @param flags more than these, such as the addresses of nodes
 */
export async function startControllerManager(
  stack: Stack,
  server: ApiServer,
  flags: readonly string[] = [],
): Promise<void> {
  const port = await stack.network.port();
  await stack.processes.start({
    name: `${server.name}-kube-controller-manager`,
    cluster: server.name,
    command: [
      path.join(await build(kubernetes), 'kube-controller-manager'),
      `--kubeconfig=${server.kubeconfig}`,
      ...[`--bind-address=${stack.network.host}`, `--secure-port=${port}`],
      '--leader-elect=false',
      '--use-service-account-credentials=true',
      `--root-ca-file=${server.authority.cert}`,
      `--service-account-private-key-file=${stack.signingKey}`,
      // Which it makes, by default among the programs of the machine.
      `--flex-volume-plugin-dir=${stack.path(`${server.name}-volume-plugins`)}`,
      ...flags,
    ],
    port,
  });
}
