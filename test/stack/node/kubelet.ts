import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../api-server';
import { build } from '../build';
import { kubernetes } from '../parts';
import type { Stack } from '../stack';
import type { Containerd } from './containerd';

/** How pods find names. */
export interface Names {
  /** The address of the cluster's name server. */
  readonly server: string;
  /** The file that names the machine's own one. */
  readonly resolver: string;
}

/** Starts the kubelet of a node, as a client that may only do what a node may. */
export async function startKubelet(
  stack: Stack,
  server: ApiServer,
  containerd: Containerd,
  node: string,
  folder: string,
  names: Names,
): Promise<void> {
  const { host } = stack.network;
  const [port, healthPort] = [await stack.network.port(), await stack.network.port()];
  const identity = { commonName: `system:node:${node}`, organization: 'system:nodes' };
  const kubeconfig = await server.clientKubeconfig(`node-${node}`, identity);
  const serving = await stack.authority.issue(`${node}-kubelet`, {
    ...identity,
    subjectAltNames: [`IP:${host}`],
  });
  const config = path.join(folder, 'kubelet.json');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      ...{ address: host, port, healthzBindAddress: host, healthzPort: healthPort },
      ...{ tlsCertFile: serving.cert, tlsPrivateKeyFile: serving.key },
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: stack.authority.cert },
      },
      authorization: { mode: 'Webhook' },
      containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
      ...{ clusterDNS: [names.server], clusterDomain: 'cluster.local', resolvConf: names.resolver },
      // Its own part of the machine's control groups, of whichever version: other nodes may run beside it.
      ...{ cgroupRoot: containerd.controlGroup, cgroupDriver: 'cgroupfs', failCgroupV1: false },
      enforceNodeAllocatable: [],
      makeIPTablesUtilChains: false,
      localStorageCapacityIsolation: false,
      failSwapOn: false,
      // A machine with a full disk still runs tests.
      evictionHard: { 'memory.available': '100Mi' },
      imageGCHighThresholdPercent: 100,
      podLogsDir: path.join(folder, 'pod-logs'),
      // As quick as it gets: the default looks at what changed once a minute.
      syncFrequency: '5s',
      shutdownGracePeriod: '0s',
      // Nothing of the machine is for a test to change: the kernel's settings are as wanted where the kubelet looks.
      protectKernelDefaults: true,
      oomScoreAdj: 0,
      volumePluginDir: path.join(folder, 'volume-plugins'),
    }),
  );
  await stack.processes.start({
    name: `${node}-kubelet`,
    cluster: server.name,
    command: containerd.inside([
      path.join(await build(kubernetes), 'kubelet'),
      ...[`--config=${config}`, `--kubeconfig=${kubeconfig}`],
      ...[`--hostname-override=${node}`, `--node-ip=${host}`],
    ]),
    port: healthPort,
  });
}

/** Starts kube-proxy, by which the addresses of services lead to pods. */
export async function startKubeProxy(stack: Stack, server: ApiServer, node: string): Promise<void> {
  const { host } = stack.network;
  const [port, metrics] = [await stack.network.port(), await stack.network.port()];
  const kubeconfig = await server.clientKubeconfig('kube-proxy', { commonName: 'system:kube-proxy' });
  await stack.processes.start({
    name: `${node}-kube-proxy`,
    cluster: server.name,
    command: [
      path.join(await build(kubernetes), 'kube-proxy'),
      ...[`--kubeconfig=${kubeconfig}`, '--proxy-mode=nftables', `--hostname-override=${node}`],
      '--oom-score-adj=0',
      ...[`--healthz-bind-address=${host}:${port}`, `--metrics-bind-address=${host}:${metrics}`],
      // Limits of the whole machine are not for a test to set.
      ...[
        '--conntrack-max-per-core=0',
        '--conntrack-tcp-timeout-established=0',
        '--conntrack-tcp-timeout-close-wait=0',
      ],
    ],
    port,
  });
}

/** Starts the scheduler of a cluster. */
export async function startScheduler(stack: Stack, server: ApiServer): Promise<void> {
  const port = await stack.network.port();
  const kubeconfig = await server.clientKubeconfig('kube-scheduler', { commonName: 'system:kube-scheduler' });
  await stack.processes.start({
    name: `${server.name}-kube-scheduler`,
    cluster: server.name,
    command: [
      path.join(await build(kubernetes), 'kube-scheduler'),
      ...[`--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`],
      ...[`--authorization-kubeconfig=${kubeconfig}`, '--leader-elect=false'],
      ...[`--bind-address=${stack.network.host}`, `--secure-port=${port}`],
    ],
    port,
  });
}
