import path from 'node:path';
import { until } from '../../stack/command';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { writeChartRepository } from '../../stack/live/charts';
import { type LiveCluster, LiveFleet, synced } from '../../stack/live/live-fleet';
import { Repository } from '../../stack/repository';
import { declaredIn, keyOf, liveOf, steady } from './declared';
import { CHARTS_HOST, driftFleet, greeterChart, TEAM } from './fleet';

/** The syncs that the site's root sync makes. */
const UNITS = ['protection', 'rights', 'web', 'storage', 'greeter'];

/** A cluster that a management cluster has handed over, and what a fleet has put on it. */
export class Site {
  private before: ReadonlyMap<string, KubernetesObject> = new Map();

  private constructor(
    private readonly fleet: LiveFleet,
    private readonly hub: LiveCluster,
    readonly cluster: LiveCluster,
    /** What `dist/` has for it: its own folder, and what the management cluster hands over. */
    readonly declared: readonly KubernetesObject[],
  ) {}

  /** Starts both clusters, and waits until all of the fleet is there. */
  static async start(): Promise<Site> {
    const fleet = await LiveFleet.start(async (stack) => {
      const files = stack.path('charts');
      writeChartRepository(files, [greeterChart]);
      return { [CHARTS_HOST]: { files } };
    });
    try {
      const team = await Repository.create(fleet.stack.path('git'), TEAM, fleet.stack.path(TEAM));
      await team.commit('Nothing yet');
      const commit = await fleet.push(driftFleet);
      const [hub, cluster] = await Promise.all([
        fleet.cluster('management', { controllers: ['source-controller', 'kustomize-controller'] }),
        fleet.cluster('site'),
      ]);
      await fleet.reach(hub, cluster);
      await fleet.connect(hub);
      for (const sync of ['fleet', ...UNITS]) await synced(cluster, sync, commit);
      const folders = ['site', 'management/clusters/site/handoff'];
      const declared = declaredIn(...folders.map((folder) => path.join(fleet.dist, folder)));
      const site = new Site(fleet, hub, cluster, declared);
      await site.settle();
      return site;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Ends all of it. */
  stop(): Promise<void> {
    return this.fleet.stop();
  }

  /** What the chart made, which is not in `dist/`. */
  private get all(): readonly KubernetesObject[] {
    const made = (greeterChart.templates ?? []).map((object) => {
      const { metadata, ...rest } = object as KubernetesObject;
      return { ...rest, metadata: { ...metadata, namespace: 'greeter' } } as KubernetesObject;
    });
    return [...this.declared, ...made];
  }

  private async settle(): Promise<void> {
    const { length } = this.all;
    await until('all of the fleet is there', 120, async () => (await this.live()).size === length);
    await this.look();
    this.before = await this.steadily();
  }

  /** What the cluster has of the fleet. */
  live(objects: readonly KubernetesObject[] = this.all): Promise<Map<string, KubernetesObject>> {
    return liveOf(this.cluster.server, objects);
  }

  private async steadily(): Promise<Map<string, KubernetesObject>> {
    return new Map([...(await this.live())].map(([key, object]) => [key, steady(object)]));
  }

  /** The objects that are not as they were. */
  async differing(): Promise<string[]> {
    const now = await this.steadily();
    const same = (key: string, object: KubernetesObject) =>
      JSON.stringify(object) === JSON.stringify(now.get(key));
    return [...this.before].filter(([key, object]) => !same(key, object)).map(([key]) => key);
  }

  /** Makes Flux look at all of it now, from the management cluster down, as it does after each interval. */
  async look(): Promise<void> {
    const { flux } = this.cluster;
    await this.hub.flux.look('kustomization', 'clusters', 'site-handoff');
    await flux.look('gitrepository', 'flux-system', 'fleet');
    await flux.look('kustomization', 'flux-system', 'fleet');
    await Promise.all(UNITS.map((unit) => flux.look('kustomization', 'flux-system', unit)));
    await flux.look('helmrelease', 'greeter', 'greeter');
  }

  /** Makes Flux look, and waits until all is as it was. Returns the seconds that took. */
  async putBack(): Promise<number> {
    const started = Date.now();
    let left: string[] = [];
    await until('all is as it was', 300, async () => {
      // What was deleted cannot be looked at before it is there again.
      await this.look().catch(() => undefined);
      left = await this.differing();
      return left.length === 0;
    }).catch(async (error: Error) => {
      const now = await this.steadily();
      const shown = left.map((key) =>
        [key, JSON.stringify(this.before.get(key)), JSON.stringify(now.get(key))].join('\n  '),
      );
      throw new Error(`${error.message}:\n${shown.join('\n')}`);
    });
    return (Date.now() - started) / 1000;
  }

  /** Writes objects over those that are there, as `kubectl edit` does. Returns the keys of those that changed by it. */
  async replace(objects: readonly KubernetesObject[]): Promise<Set<string>> {
    const input = listOf(
      objects.map((object) => ({
        ...object,
        metadata: { ...object.metadata, resourceVersion: undefined },
      })),
    );
    const line = '--output=jsonpath={@}{"\\n"}';
    const { stdout } = await this.cluster.server.kubectl.run(
      ['replace', line, '--validate=false', '--field-manager=kubectl-edit', '--filename=-'],
      { input },
    );
    const answers = stdout
      .split('\n')
      .filter(Boolean)
      .map((text): KubernetesObject => JSON.parse(text));
    // Not all that a server takes changes something: it fills in again what it has a default for.
    const isOther = (object: KubernetesObject) =>
      JSON.stringify(steady(object)) !== JSON.stringify(this.before.get(keyOf(object)));
    return new Set(answers.filter(isOther).map(keyOf));
  }

  /** Deletes objects, as far as they may be. Returns what is said of those that may not. */
  async delete(objects: readonly KubernetesObject[]): Promise<string> {
    const command = ['delete', '--wait=false', '--filename=-'];
    return (await this.cluster.server.kubectl.run(command, { input: listOf(objects) })).stderr;
  }

  /** The uid of each object: one that was made anew has another. */
  async uids(): Promise<Map<string, unknown>> {
    const uidOf = ({ metadata }: KubernetesObject) => (metadata as { readonly uid?: string }).uid;
    return new Map([...(await this.live())].map(([key, object]) => [key, uidOf(object)]));
  }
}
