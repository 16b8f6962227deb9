import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../api-server';
import { build } from '../build';
import { output } from '../command';
import { listOf } from '../kubernetes-object';
import { coreDns } from '../parts';
import type { Stack } from '../stack';

/** The address of the cluster's name server, beside that of the stack's host. */
export const NAME_SERVER = '10.245.0.10';

const ACCOUNT = { name: 'coredns', namespace: 'kube-system' };

/** Starts the name server of a cluster: a process beside it, which acts as the ServiceAccount that it has in one. */
export async function startClusterNames(stack: Stack, server: ApiServer, folder: string): Promise<void> {
  const { host } = stack.network;
  await output(stack.network.inside(['ip', 'addr', 'add', `${NAME_SERVER}/32`, 'dev', 'lo']));
  await server.kubectl.output(['apply', '--server-side', '-f', '-'], { input: listOf(rights) });
  const kubeconfig = await server.accountKubeconfig(ACCOUNT.namespace, ACCOUNT.name);
  const port = await stack.network.port();
  const corefile = path.join(folder, 'Corefile');
  writeFileSync(
    corefile,
    `.:53 {
  bind ${NAME_SERVER}
  health ${host}:${port}
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig} ${server.name}
    fallthrough in-addr.arpa
    ttl 1
  }
  forward . ${host}
}
`,
  );
  await stack.processes.start({
    name: `${server.name}-coredns`,
    cluster: server.name,
    command: [path.join(await build(coreDns), 'coredns'), `-conf=${corefile}`],
    port,
  });
}

const rbac = 'rbac.authorization.k8s.io';

const rights = [
  {
    ...{ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'coredns' } },
    rules: [
      { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    ...{ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'coredns' } },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'coredns' },
    subjects: [{ kind: 'ServiceAccount', ...ACCOUNT }],
  },
];
