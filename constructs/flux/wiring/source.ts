import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { GitRepository, OciRepository } from '../../../imports/source.toolkit.fluxcd.io';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { OciFleetSource } from '../../fleet/source';
import { keep } from '../../protection/protect';
import { gitSpec } from '../source/git-source';
import { type OciSourceProps, ociSpec } from '../source/oci-source';
import type { SourceRef } from '../sync';
import { FLEET } from './names';

/** How a sync names the source of its cluster's folder. */
export function sourceRefOf({ source }: Fleet): SourceRef {
  return { kind: source?.kind === 'oci' ? 'OCIRepository' : 'GitRepository', name: FLEET };
}

/** The source of the fleet that a construct is part of, if it is an OCI registry. */
export function ociSourceOf(scope: IConstruct): OciFleetSource | undefined {
  const { source } = scope.node.root as Partial<Fleet>;
  return source?.kind === 'oci' ? source : undefined;
}

/**
 * Adds the source of one cluster's folder: its own artifact of a registry; or of the repository only this folder
 * and the charts, so that the artifact that Flux makes stays small.
 *
 * @see https://fluxcd.io/flux/components/source/gitrepositories/#sparse-checkout
 */
export function addFleetSource(chart: Chart, fleet: Fleet, cluster: Cluster, namespace: string): void {
  const { source } = fleet;
  const id = `source-${namespace}`;
  const metadata = { name: FLEET, namespace, annotations: keep };
  // No GitSource, no OciSource: problems would be reported for every cluster; `checkFleetSource` does it once.
  if (source.kind === 'oci') {
    new OciRepository(chart, id, { metadata, spec: ociSpec(artifactOf(source, cluster.name)) });
    return;
  }
  const { url, branch = 'main', secretName, interval, charts } = source;
  const folder = fleet.pathInSource(cluster.name).slice(2);
  const sparseCheckout = charts === undefined ? [folder] : [folder, charts];
  new GitRepository(chart, id, {
    metadata,
    spec: gitSpec({ url, ref: { branch }, secretName, interval, sparseCheckout }),
  });
}

/**
 * An artifact of the fleet's registry.
 *
 * @param name the cluster's, or `charts/` and a chart's
 * @param tag another than the fleet's
 */
export function artifactOf(
  { url, tag: moving = 'latest', secretName, interval, provider, verify }: OciFleetSource,
  name: string,
  tag: string = moving,
): Omit<OciSourceProps, 'name' | 'namespace'> {
  return { url: `${url}/${name}`, ref: { tag }, secretName, interval, provider, verify };
}
