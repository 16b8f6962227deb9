import * as fs from 'node:fs';
import * as path from 'node:path';
import * as apps from '../../../apps';
import * as clusters from '../../../clusters';
import { addAll, Fleet, type FleetProps } from '../../../constructs';
import { type CommandResult, run, TYPESCRIPT } from '../../stack/command';
import { type KubernetesObject, readObjects } from '../../stack/kubernetes-object';
import type { Registry } from '../../stack/registry';
import type { Stack } from '../../stack/stack';
import { ROOT } from '../../support/folder';
import { silently } from '../../support/silently';

/** Where the registry of the tests is. */
export const REGISTRY_HOST = 'registry.example.com';

/** Renders the reference fleet, but with another source; returns the names of its clusters. */
export function renderReference(props: FleetProps): string[] {
  const fleet = new Fleet(props);
  addAll(fleet, 'clusters', clusters);
  addAll(fleet, 'apps', apps);
  silently(() => fleet.synth());
  return fleet.clusters.map(({ name }) => name);
}

/** The source of a cluster's own folder, as it is rendered. */
export function sourceOf(dist: string, cluster: string): KubernetesObject {
  const own = path.join(dist, cluster, 'flux.yaml');
  const handoff = path.join(dist, 'management/clusters', cluster, 'handoff/handoff.yaml');
  const objects = readObjects(fs.existsSync(own) ? own : handoff);
  const found = objects.find(({ kind }) => ['GitRepository', 'OCIRepository'].includes(kind));
  if (!found) throw new Error(`${cluster} has no source`);
  return found;
}

/** The command line of `fleetwright push` to a registry on loopback. */
export function pushCommand(address: string, dist: string, ...more: string[]): string[] {
  const to = `oci://${address}/fleet`;
  return [
    ...TYPESCRIPT,
    ...[path.join(ROOT, 'cli/main.ts'), 'push', to, '--insecure-http', '--dist', dist],
    ...more,
  ];
}

/** The reference fleet, but in a registry, rendered into a folder, and its charts. */
export class RegistryFleet {
  readonly dist: string;
  readonly charts: string;
  readonly clusters: readonly string[];

  constructor(readonly folder: string) {
    this.dist = path.join(folder, 'dist');
    this.charts = path.join(folder, 'charts');
    // Without a login: the clusters' own secrets are for git.
    const source = { kind: 'oci', url: `oci://${REGISTRY_HOST}/fleet` } as const;
    this.clusters = renderReference({ outdir: this.dist, source });
    fs.cpSync(path.join(ROOT, 'charts'), this.charts, { recursive: true });
  }

  /** Changes something that one cluster reads. */
  change(cluster: string): void {
    fs.appendFileSync(path.join(this.dist, cluster, 'kustomization.yaml'), '# changed\n');
  }

  /** The command line of `fleetwright push` to a registry on loopback. */
  command(address: string, ...more: string[]): string[] {
    return pushCommand(address, this.dist, '--charts', this.charts, ...more);
  }

  /** Pushes, with no login but what the environment says. */
  push(
    stack: Stack,
    registry: Registry,
    env: NodeJS.ProcessEnv = {},
    ...more: string[]
  ): Promise<CommandResult> {
    return run(stack.network.inside(this.command(registry.loopback, ...more)), {
      cwd: this.folder,
      env: { PATH: process.env.PATH, DOCKER_CONFIG: path.join(this.folder, 'no-login'), ...env },
    });
  }

  /** The digest of each cluster's artifact, from the registry's own files. */
  digests(registry: Registry): Record<string, string | undefined> {
    return Object.fromEntries(
      this.clusters.map((name) => [name, registry.tagged(`fleet/${name}`, 'latest')]),
    );
  }
}
