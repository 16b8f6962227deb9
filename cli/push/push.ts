import { gunzipSync } from 'node:zlib';
import { FleetError, type Problem } from '../../constructs';
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

/** An artifact that the registry has now. */
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
 * the others where to look. A chart that fails keeps back the clusters, since any of them may name it; a cluster
 * that fails keeps back nothing. Where the registry gives no answer to begin with, nothing more is tried.
 *
 * @param report called for each artifact that the registry has now
 * @throws FleetError with every failure, or with the first when nobody comes in at all
 */
export async function push(
  plan: Plan,
  destination: Destination,
  report: (pushed: Pushed) => void,
): Promise<void> {
  const origin = `${destination.insecure ? 'http' : 'https'}://${destination.host}`;
  const access = new Access(origin, destination.credentials);
  const problems: Problem[] = [];
  let isIn = false;
  let isCutOff = false;
  const attempt = async (item: Item): Promise<Pushed | readonly Problem[]> => {
    if (isCutOff) return [];
    try {
      const pushed = await pushItem(item, destination, origin, access);
      isIn = true;
      return pushed;
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      isCutOff ||= !isIn && error.problems.some(({ code }) => code === 'registry-unreachable');
      return error.problems;
    }
  };
  for (const items of [plan.charts, plan.clusters, [plan.management]]) {
    for (const result of await mapSome(items, attempt)) {
      if ('digest' in result) report(result);
      else problems.push(...result);
    }
    if (items === plan.charts && problems.length > 0) break;
  }
  if (problems.length === 0) return;
  const isOut = !isIn && problems.every(({ code }) => ENTRANCE.has(code));
  throw new FleetError(isOut ? problems.slice(0, 1) : problems);
}

/** Failures that are the same for every artifact when none came through. */
const ENTRANCE: ReadonlySet<string> = new Set([
  'registry-unreachable',
  'registry-login',
  'registry-realm',
  'registry-credentials',
]);

/** Runs an action for each item, some at once, each to its end; the results come in the items' order. */
async function mapSome<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, item] = next;
      results[i] = await action(item);
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

/** Whether the registry has this content, if perhaps packed by another zlib or with another `--source`. */
async function isSame(
  repository: Repository,
  stored: Buffer,
  { archive, manifest }: Artifact,
): Promise<boolean> {
  if (stored.equals(manifest)) return true;
  const layer = sameButLayer(stored, manifest);
  if (layer === digestOf(archive.blob)) return true;
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
