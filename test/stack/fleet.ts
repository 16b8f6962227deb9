import type { ApiServer } from './api-server';
import { startClusterApi } from './cluster-api';
import { importedCrds, importedModules, installCrds, isClusterApi } from './crds';
import type { Manifest } from './dist';
import { groupOf, listOf } from './kubernetes-object';
import type { Stack } from './stack';

/** Namespaces that are there before anything of the fleet is: Flux itself makes them. */
const GIVEN_NAMESPACES = ['flux-system'];

/** Starts an API server for each cluster, with everything on it that its manifests presume. */
export async function startFleet(
  stack: Stack,
  clusters: ReadonlyMap<string, readonly Manifest[]>,
): Promise<Map<string, ApiServer>> {
  const modules = await importedModules();
  const common = importedCrds(modules, (module) => !isClusterApi(module));
  const started = [...clusters].map(async ([name, manifests]): Promise<[string, ApiServer]> => {
    const server = await stack.apiServer(name);
    await server.kubectl.output(['create', '-f', '-'], { input: listOf(GIVEN_NAMESPACES.map(namespace)) });
    await installCrds(server, common);
    if (manifests.some(needsClusterApi)) await startClusterApi(stack, server, modules);
    return [name, server];
  });
  return new Map(await Promise.all(started));
}

/** Whether a manifest is one for Cluster API or its operator, so that its cluster must be the management one. */
export function needsClusterApi({ object }: Manifest): boolean {
  return groupOf(object).endsWith('cluster.x-k8s.io');
}

function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
