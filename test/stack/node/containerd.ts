import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { output } from '../command';
import type { Resolver } from '../resolver';
import type { Stack } from '../stack';
import { ControlGroup } from './cgroup';
import { kernelSettings } from './kernel';

/** The image of the container that keeps the namespaces of a pod. */
export const PAUSE_IMAGE = 'fleetwright.dev/pause:1';

/** Addresses of pods. */
const POD_NETWORK = '10.244.0.0/24';

/** Folders whose place in the file system is built into some program, and what they are in the node's folder. */
const PLACES = {
  '/run/containerd': 'run',
  '/var/lib/cni': 'cni-results',
  '/var/lib/kubelet': 'kubelet',
  '/var/log/containers': 'log-links',
};

/** The file system and the containers of one node. */
export class Containerd {
  private constructor(
    private readonly stack: Stack,
    private readonly pid: number,
    /** The path, below the root of all control groups, of the one that holds the node. */
    readonly controlGroup: string,
  ) {}

  /**
   * Starts it in a mount namespace of its own, so that what it and its pods mount is gone with them, and in a
   * control group of its own, so that no process of a pod is left behind.
   */
  static async start(stack: Stack, folder: string, resolver: Resolver): Promise<Containerd> {
    const group = new ControlGroup(stack.name);
    group.create();
    const port = await stack.network.port();
    const config = path.join(folder, 'containerd.toml');
    mkdirSync(path.join(folder, 'cni'), { recursive: true });
    writeFileSync(path.join(folder, 'cni', '10-pods.conflist'), JSON.stringify(podNetwork(folder)));
    writeFileSync(config, settings(folder, `${stack.network.host}:${port}`));
    const places = Object.entries(PLACES).map(([place, name]) => {
      const own = path.join(folder, name);
      mkdirSync(own);
      mkdirSync(place, { recursive: true });
      return `mount --bind '${own}' ${place}`;
    });
    const kernel = kernelSettings(path.join(folder, 'kernel'));
    const run = `exec containerd --config '${config}'`;
    const script = ['mount --make-rshared /', resolver.mount, ...kernel, ...places, group.join, run];
    const { pid } = await stack.processes.start({
      name: 'node-containerd',
      command: ['unshare', '--mount', 'sh', '-c', script.join(' && ')],
      // Images may come from a registry of the stack.
      env: { SSL_CERT_FILE: stack.authority.cert },
      port,
    });
    return new Containerd(stack, pid, `/${stack.name}`);
  }

  /** The command line that runs a command where the node's mounts are. */
  inside(command: readonly string[]): string[] {
    return ['nsenter', `--mount=/proc/${this.pid}/ns/mnt`, '--', ...command];
  }

  /** Loads an archive of images. */
  async load(archive: string): Promise<void> {
    await this.ctr('images', 'import', '--digests', archive);
  }

  /** Runs `ctr` for the images and containers of Kubernetes. */
  ctr(...args: string[]): Promise<string> {
    return output(this.stack.network.inside(this.inside(['ctr', '--namespace=k8s.io', ...args])));
  }
}

/** No profile of AppArmor and no score for the OOM killer: neither is there in every container. */
function settings(folder: string, metrics: string): string {
  const text = JSON.stringify;
  return `version = 2
root = ${text(path.join(folder, 'containerd'))}
state = "/run/containerd"

[grpc]
  address = "/run/containerd/containerd.sock"

[metrics]
  address = ${text(metrics)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${text(path.join(folder, 'opt'))}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(PAUSE_IMAGE)}
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = ${text(path.join(folder, 'cni'))}
`;
}

/** Every packet between pods is routed, so that what kube-proxy rewrites finds its way back without a bridge's help. */
function podNetwork(folder: string): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'ptp',
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: POD_NETWORK }]],
          routes: [{ dst: '0.0.0.0/0' }],
          dataDir: path.join(folder, 'addresses'),
        },
      },
    ],
  };
}
