import { PROVIDERS } from '../../../constructs/cluster-api/providers';
import type { ApiServer } from '../api-server';
import { until } from '../command';

/**
 * Stands in for the Cluster API Operator, whose managers run as processes beside the cluster (`startClusterApi`): waits
 * for what git asks for, one provider after the other, and says that it is installed in that version.
 *
 * @param providers those of the fleet's `ClusterApi`
 */
export async function installProviders(
  { kubectl }: Pick<ApiServer, 'kubectl'>,
  providers: readonly (keyof typeof PROVIDERS)[],
): Promise<void> {
  for (const provider of providers) {
    const { kind, name, namespace, version } = PROVIDERS[provider];
    const which = [`${kind}.operator.cluster.x-k8s.io`, name, `--namespace=${namespace}`];
    await until(`${kind} ${name} is asked for`, 240, async () => {
      return (await kubectl.run(['get', ...which])).code === 0;
    });
    const ready = { type: 'Ready', status: 'True', reason: 'Installed', message: '' };
    const condition = { ...ready, lastTransitionTime: new Date().toISOString() };
    const status = { installedVersion: version, conditions: [condition] };
    const patch = JSON.stringify({ status });
    await kubectl.output(['patch', ...which, '--subresource=status', '--type=merge', `--patch=${patch}`]);
  }
}
