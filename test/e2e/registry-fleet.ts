import * as fs from 'node:fs';
import * as path from 'node:path';
import * as apps from '../../apps';
import * as clusters from '../../clusters';
import { addAll, Fleet } from '../../constructs';
import { REDIS_CHART_VERSION } from '../../constructs/redis-backup/shared-chart';
import { type CommandResult, run, TYPESCRIPT } from '../stack/command';
import type { Registry } from '../stack/registry';
import type { Stack } from '../stack/stack';
import { ROOT } from '../support/folder';
import { silently } from '../support/silently';

/** The reference fleet, but in a registry, rendered into a folder; and a chart, for want of the real one. */
export class RegistryFleet {
  readonly dist: string;
  readonly charts: string;
  readonly clusters: readonly string[];

  constructor(readonly folder: string) {
    this.dist = path.join(folder, 'dist');
    this.charts = path.join(folder, 'charts');
    // Without a login: the clusters' own secrets are for git.
    const source = { kind: 'oci', url: 'oci://registry.example.com/fleet' } as const;
    const fleet = new Fleet({ outdir: this.dist, source });
    addAll(fleet, 'clusters', clusters);
    addAll(fleet, 'apps', apps);
    silently(() => fleet.synth());
    this.clusters = fleet.clusters.map(({ name }) => name);
    const chart = path.join(this.charts, 'redis');
    fs.mkdirSync(path.join(chart, 'templates'), { recursive: true });
    const metadata = `apiVersion: v2\nname: redis\nversion: ${REDIS_CHART_VERSION}\n`;
    fs.writeFileSync(path.join(chart, 'Chart.yaml'), metadata);
    fs.writeFileSync(path.join(chart, 'templates', 'none.yaml'), '');
  }

  /** Changes something that one cluster reads. */
  change(cluster: string): void {
    fs.appendFileSync(path.join(this.dist, cluster, 'kustomization.yaml'), '# changed\n');
  }

  /** The command line of `fleetwright push` to a registry on loopback. */
  command(address: string, ...more: string[]): string[] {
    return [
      ...TYPESCRIPT,
      ...[path.join(ROOT, 'cli/main.ts'), 'push', `oci://${address}/fleet`, '--insecure-http'],
      ...['--dist', this.dist, '--charts', this.charts, ...more],
    ];
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
