import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from './build';
import { etcd, kubernetes, type Part } from './parts';

/** The programs that an API server and its client need. */
export interface ControlPlaneBinaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly kubectl: string;
}

async function find(part: Part, name: string, assets: string | undefined): Promise<string> {
  if (!assets) return path.join(await build(part), name);
  const file = path.join(assets, name);
  if (existsSync(file)) return file;
  throw new Error(
    `KUBEBUILDER_ASSETS is ${assets}, which has no ${name}: add it, or unset the variable to build it`,
  );
}

/** kubectl from `KUBEBUILDER_ASSETS` if that is set, else built from source. */
export function kubectlBinary(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return find(kubernetes, 'kubectl', env.KUBEBUILDER_ASSETS);
}

/** etcd, kube-apiserver and kubectl, from `KUBEBUILDER_ASSETS` if that is set, else built from source. */
export async function controlPlaneBinaries(
  env: NodeJS.ProcessEnv = process.env,
): Promise<ControlPlaneBinaries> {
  return {
    etcd: await find(etcd, 'etcd', env.KUBEBUILDER_ASSETS),
    apiServer: await find(kubernetes, 'kube-apiserver', env.KUBEBUILDER_ASSETS),
    kubectl: await kubectlBinary(env),
  };
}
