import { Construct } from 'constructs';
import { ManifestFile } from '../../emit/manifest-file';
import type { Placed } from '../../fleet/app';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { addSharedChart } from '../shared-chart';
import { Sync } from '../sync';
import { Tenant } from '../tenant';
import { attempt } from './attempt';
import { addFluxSources } from './flux-install';
import { wireHub } from './hub';
import { CLUSTERS_NAMESPACE, FLUX_NAMESPACE } from './names';
import { addNamespace, namespacesOf } from './namespaces';
import { addRoot } from './root';
import { addFleetSource, sourceRefOf } from './source';

export type { FluxInstall } from './flux-install';
export { CLUSTERS_NAMESPACE, FLEET, FLUX_NAMESPACE } from './names';

/**
 * Adds to the tree what follows from the model for one cluster: its namespaces, tenants and syncs, every
 * instance's chart, and the management cluster's part of it.
 *
 * @returns problems that came up while instances were defined
 */
export function wire(fleet: Fleet, cluster: Cluster): Problem[] {
  const { management } = fleet;
  const problems = cluster.teardown === 'removed' ? [] : wireCluster(fleet, cluster);
  if (management && !cluster.isManagement) problems.push(...wireHub(fleet, management, cluster));
  return problems;
}

function wireCluster(fleet: Fleet, cluster: Cluster): Problem[] {
  const root = { cluster: cluster.name, folder: cluster.name };
  const { needs, problems } = namespacesOf(fleet, cluster);
  if (needs.size > 0) {
    const namespaces = new ManifestFile(cluster, 'namespaces', root);
    for (const [name, need] of needs) addNamespace(new Construct(namespaces, name), name, need);
  }
  problems.push(...addTenants(cluster, root));
  if (cluster.isManagement) {
    const file = new ManifestFile(cluster, 'flux', root);
    addRoot(file, fleet, cluster, 'Orphan');
    addFleetSource(file, fleet, cluster, CLUSTERS_NAMESPACE);
    addFluxSources(file, fleet);
    addBootCharts(fleet, cluster, root);
  }
  const units = fleet.unitsOn(cluster);
  const syncs = units.length > 0 ? new ManifestFile(cluster, 'syncs', root) : cluster;
  for (const unit of units) {
    const folder = `${cluster.name}/${unit.layer}/${unit.name}`;
    new Sync(syncs, unit.name, {
      ...unit.props.sync,
      name: unit.name,
      namespace: FLUX_NAMESPACE,
      path: fleet.pathInSource(folder),
      sourceRef: sourceRefOf(fleet),
      // What depends on itself is reported once, for the unit, and not again for each cluster.
      dependsOn: unit.dependsOn.filter((name) => name !== unit.name),
    });
    problems.push(...defineInstance(cluster, unit, folder));
  }
  return problems;
}

/** The charts that the management cluster installs on others, each once. */
function addBootCharts(fleet: Fleet, management: Cluster, root: { cluster: string; folder: string }): void {
  const standing = fleet.clusters.filter(({ teardown }) => teardown !== 'removed');
  const charts = new Map(
    standing
      .flatMap((cluster) => cluster.bootCharts)
      .map((chart) => [`${chart.name} ${chart.version}`, chart]),
  );
  if (charts.size === 0) return;
  const file = new ManifestFile(management, 'charts', root);
  for (const chart of charts.values()) addSharedChart(file, CLUSTERS_NAMESPACE, chart);
}

function addTenants(cluster: Cluster, root: { cluster: string; folder: string }): Problem[] {
  const scope = new Construct(cluster, 'tenants');
  return cluster.tenants.flatMap((props, i) => {
    const { name } = props;
    const first = cluster.tenants.findIndex((other) => other.name === name);
    if (first !== i) return [tenantDuplicate(cluster, i, first)];
    const file = new ManifestFile(scope, String(name) || '(no name)', {
      ...root,
      file: `tenants/${name}.yaml`,
    });
    new Tenant(file, 'tenant', props);
    return [];
  });
}

function tenantDuplicate(cluster: Cluster, i: number, first: number): Problem {
  return {
    code: 'tenant-duplicate',
    path: cluster.node.path,
    field: `tenants[${i}].name`,
    value: cluster.tenants[i]?.name,
    problem: `is the name of tenants[${first}] too`,
    remedy: 'give each tenant of a cluster its own name',
  };
}

function defineInstance(cluster: Cluster, unit: Placed, folder: string): Problem[] {
  const scope =
    (cluster.node.tryFindChild(unit.layer) as Construct | undefined) ?? new Construct(cluster, unit.layer);
  const chart = new ManifestFile(scope, unit.name, {
    cluster: cluster.name,
    folder,
    namespace: unit.props.namespace,
  });
  return attempt(chart.node.path, () => unit.define(chart, cluster));
}
