import { groupOf, type KubernetesObject } from '../../stack/kubernetes-object';
import { describeStack } from '../describe-stack';
import { count, figure, isLong } from '../figures';
import { ADDITIONS, type Addition } from './additions';
import { keyOf } from './declared';
import { changed, pick, placesOf, randomFrom } from './edits';
import { Site } from './site';

const OWNER = 'kustomize.toolkit.fluxcd.io';

describeStack('what a person changes by hand on a cluster', () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site?.stop());

  /** Changes one place of each of these objects, one that the server takes. Returns what was changed. */
  async function edit(
    objects: readonly KubernetesObject[],
    random: () => number,
    isPlace: (top: string | number | undefined) => boolean = () => true,
  ): Promise<Map<string, string>> {
    const done = new Map<string, string>();
    for (let tries = 0; tries < 30 && done.size < objects.length; tries++) {
      const live = await site.live(objects);
      const tried = objects.flatMap((declared) => {
        const key = keyOf(declared);
        const places = placesOf(declared).filter(([top]) => isPlace(top));
        const object = live.get(key);
        if (!object || places.length === 0 || done.has(key)) return [];
        const place = pick(random, places);
        const edited = changed(object, place, random);
        return edited ? [{ key, edited, place }] : [];
      });
      const taken = await site.replace(tried.map(({ edited }) => edited));
      for (const { key, place } of tried) if (taken.has(key)) done.set(key, place.join('.'));
    }
    return done;
  }

  /** A seed, which is printed: the same one makes the same edits. Only a long run takes another each time. */
  function seeded(): () => number {
    const seed = Number(process.env.FLEETWRIGHT_SEED ?? (isLong ? Date.now() % 1_000_000 : 1));
    process.stdout.write(`drift: FLEETWRIGHT_SEED=${seed}\n`);
    return randomFrom(seed);
  }

  test('is put back in every object that has a spec or data', async () => {
    const isPlace = (top: unknown) => top !== 'metadata';
    // What a claim asks for cannot be changed.
    const objects = site.declared.filter(
      (object) => object.kind !== 'PersistentVolumeClaim' && placesOf(object).some(([top]) => isPlace(top)),
    );
    const edited = await edit(objects, seeded(), isPlace);
    expect(objects.map(keyOf).filter((key) => !edited.has(key))).toEqual([]);
    const seconds = await site.putBack();
    figure('drift: a field of each object put back', `${edited.size} objects in ${seconds.toFixed(1)} s`);
  });

  test("is put back in the labels and annotations of every object, the owner's among them", async () => {
    const live = [...(await site.live(site.declared)).values()];
    const bare = live.map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: undefined, annotations: undefined },
    }));
    const owned = ({ metadata }: KubernetesObject) =>
      Object.keys({ ...metadata.labels }).filter((label) => label.startsWith(OWNER)).length === 2;
    expect(live.filter((object) => !owned(object)).map(keyOf)).toEqual([]);
    const taken = await site.replace(bare);
    expect(taken.size).toBe(live.length);
    const seconds = await site.putBack();
    figure('drift: labels and annotations put back', `${taken.size} objects in ${seconds.toFixed(1)} s`);
  });

  test('is put back whatever it was', async () => {
    const random = seeded();
    const total = count(30, 300);
    let done = 0;
    let longest = 0;
    while (done < total) {
      const objects = Array.from({ length: 15 }, () => pick(random, site.declared));
      done += (await edit([...new Set(objects)], random)).size;
      longest = Math.max(longest, await site.putBack());
    }
    figure('drift: random edits put back', `${done}, some at a time, in at most ${longest.toFixed(1)} s`);
  });

  test.each([
    ['what the fleet applies', 'web', 'web'],
    ['what a chart made', 'greeter', 'greeter'],
  ])('is put back when somebody scales %s', async (_, namespace, name) => {
    await site.cluster.server.kubectl.output([
      'scale',
      'deployment',
      name,
      `-n=${namespace}`,
      '--replicas=3',
    ]);
    expect(await site.differing()).toContain(`Deployment/${namespace}/${name}`);
    await site.putBack();
  });

  test('is put back when somebody deletes it', async () => {
    const isFlux = (object: KubernetesObject) => groupOf(object).endsWith('.toolkit.fluxcd.io');
    const plain = site.declared.filter(
      (object) => !isFlux(object) && object.kind !== 'PersistentVolumeClaim',
    );
    const uids = await site.uids();
    const said = await site.delete(plain);
    const kept = plain.filter(({ kind }) => kind === 'Namespace');
    for (const { metadata } of kept) expect(said).toContain(`refusing to delete Namespace ${metadata.name}`);
    const seconds = await site.putBack();
    const made = await madeAnew(uids);
    expect(plain.map(keyOf).filter((key) => !made.has(key))).toEqual(kept.map(keyOf));
    figure('drift: deleted objects put back', `${plain.length - kept.length} in ${seconds.toFixed(1)} s`);
  });

  test('is put back when somebody deletes syncs, sources and releases, which takes along what they made', async () => {
    const machinery = site.declared.filter((object) => groupOf(object).endsWith('.toolkit.fluxcd.io'));
    const uids = await site.uids();
    await site.delete(machinery);
    const seconds = await site.putBack();
    const made = await madeAnew(uids);
    expect(machinery.map(keyOf).filter((key) => !made.has(key))).toEqual([]);
    figure(
      'drift: deleted syncs, sources and releases put back, and all that they made',
      `${machinery.length} in ${seconds.toFixed(1)} s`,
    );
  });

  /** The keys of the objects that are others than before. */
  async function madeAnew(before: ReadonlyMap<string, unknown>): Promise<Set<string>> {
    const now = await site.uids();
    return new Set([...before].filter(([key, uid]) => now.get(key) !== uid).map(([key]) => key));
  }

  /** Adds what the fleet says nothing of. */
  async function add({ object: [kind, namespace, name], patch }: Addition, manager: string): Promise<void> {
    const which = [kind, name, ...(namespace ? [`--namespace=${namespace}`] : [])];
    const type = /^(Deployment|ConfigMap|Namespace)$/.test(kind) ? 'strategic' : 'merge';
    await site.cluster.server.kubectl.output([
      ...['patch', ...which, `--type=${type}`, `--field-manager=${manager}`],
      `--patch=${JSON.stringify(patch)}`,
    ]);
  }
  const keyOfAddition = ({ object: [kind, namespace, name] }: Addition) =>
    [kind.split('.')[0], ...(namespace ? [namespace] : []), name].join('/');

  test('stays where somebody took an object out of the hands of Flux', async () => {
    const { kubectl } = site.cluster.server;
    const which = ['configmap', 'web', '--namespace=web'];
    await kubectl.output(['annotate', ...which, 'kustomize.toolkit.fluxcd.io/reconcile=disabled']);
    await kubectl.output(['patch', ...which, '--patch={"data":{"color":"red"}}']);
    await site.look();
    expect(await site.differing()).toEqual(['ConfigMap/web/web']);
    await kubectl.output(['annotate', ...which, 'kustomize.toolkit.fluxcd.io/reconcile-']);
    await site.putBack();
  });

  test('goes again when kubectl added it', async () => {
    for (const addition of ADDITIONS) await add(addition, 'kubectl-patch');
    await site.putBack();
  });

  test('stays in some places when another program added it', async () => {
    for (const addition of ADDITIONS) await add(addition, 'k9s');
    await site.look();
    const stay = ADDITIONS.filter(({ stays }) => stays).map(keyOfAddition);
    expect((await site.differing()).sort()).toEqual(stay.sort());
  });
});
