import { gunzipSync } from 'node:zlib';
import { FleetError } from '../../constructs';
import { Access } from '../registry/access';
import type { Credentials } from '../registry/credentials';
import { Repository } from '../registry/repository';
import { type Artifact, sameButLayer } from './artifact';
import type { Item, Plan } from './plan';
import { type Archive, digestOf } from './tar';

/** Where to push to. */
export interface Destination {
  /** The registry with its port, if it has one. */
  readonly host: string;
  /** What comes before the names of artifacts, such as `fleet`; may be empty. */
  readonly path: string;
  readonly tag: string;
  /** Over plain HTTP. */
  readonly insecure: boolean;
  readonly credentials: Credentials | undefined;
  /** Change nothing. */
  readonly dryRun: boolean;
  /** Waits between tries, in ms. @default some seconds in all */
  readonly delays?: readonly number[];
}

/** What became of one artifact. */
export interface Pushed {
  readonly name: string;
  /** Its address without a scheme: what tools that sign it want. */
  readonly reference: string;
  /** What the tag named before, if anything: the same when nothing was pushed. */
  readonly before: string | undefined;
  readonly digest: string;
  /** Packed, in bytes. */
  readonly size: number;
}

/** How many artifacts are on their way at once. */
const AT_ONCE = 8;

/**
 * Pushes what differs from what the registry has: charts, then clusters, then the management cluster, which tells
 * the others where to look. One that fails keeps no other from being pushed, but those that come later.
 *
 * @param report called for each artifact that the registry has now
 * @throws FleetError with every failure
 */
export async function push(
  plan: Plan,
  destination: Destination,
  report: (pushed: Pushed) => void,
): Promise<void> {
  const origin = `${destination.insecure ? 'http' : 'https'}://${destination.host}`;
  const access = new Access(origin, destination.credentials);
  for (const items of [plan.charts, plan.clusters, [plan.management]]) {
    const results = await settle(items, (item) => pushItem(item, destination, origin, access));
    const problems = results.flatMap((result) => {
      if (result.status === 'fulfilled') report(result.value);
      else if (result.reason instanceof FleetError) return result.reason.problems;
      else throw result.reason;
      return [];
    });
    if (problems.length > 0) throw new FleetError(problems);
  }
}

/** Runs an action for each item, some at once, each to its end; the results come in the items' order. */
async function settle<T, R>(
  items: readonly T[],
  action: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, item] = next;
      const [result] = await Promise.allSettled([action(item)]);
      results[i] = result;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function pushItem(
  { name, version, artifact }: Item,
  { host, path, tag: moving, dryRun, delays }: Destination,
  origin: string,
  access: Access,
): Promise<Pushed> {
  const full = path ? `${path}/${name}` : name;
  const repository = new Repository(access, origin, full, dryRun ? 'pull' : 'pull,push', delays);
  const tag = version ?? moving;
  const stored = await repository.manifest(tag);
  const before = stored && digestOf(stored);
  const { archive, config, manifest } = artifact;
  const done = { name, reference: `${host}/${full}`, before };
  if (stored && before && (await isSame(repository, stored, artifact))) {
    return { ...done, digest: before, size: archive.blob.length };
  }
  if (before && version) throw new FleetError([chartTaken(`${host}/${full}:${tag}`)]);
  if (!dryRun) {
    await repository.putBlob(digestOf(config), config);
    await repository.putBlob(digestOf(archive.blob), archive.blob);
    await repository.putManifest(tag, manifest);
  }
  return { ...done, digest: digestOf(manifest), size: archive.blob.length };
}

/** Whether the registry has this content, if perhaps packed by another zlib. */
async function isSame(
  repository: Repository,
  stored: Buffer,
  { archive, manifest }: Artifact,
): Promise<boolean> {
  if (stored.equals(manifest)) return true;
  const layer = sameButLayer(stored, manifest);
  const packed = layer === undefined ? undefined : await repository.blob(layer);
  return packed !== undefined && digestOf(packed) === layer && unpacksTo(packed, archive);
}

function unpacksTo(packed: Buffer, { contentDigest, contentSize }: Archive): boolean {
  try {
    return digestOf(gunzipSync(packed, { maxOutputLength: contentSize })) === contentDigest;
  } catch {
    // Larger, or not packed at all.
    return false;
  }
}

function chartTaken(reference: string) {
  return {
    code: 'chart-version-taken',
    path: reference,
    field: '',
    value: undefined,
    problem: 'is another content of this version, which clusters may run',
    remedy: 'raise `version` in Chart.yaml, and what names it (REDIS_CHART_VERSION)',
  };
}
