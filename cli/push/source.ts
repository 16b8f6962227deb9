import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { FleetError } from '../../constructs';
import { checkTag } from '../../constructs/fleet/check/source';
import { FLEET, FLUX_NAMESPACE } from '../../constructs/flux/wiring';
import { isFile } from './folder';

/** What the clusters of a rendered fleet read. */
export interface RenderedSource {
  /** The cluster that holds the others' objects. */
  readonly management: string;
  /** Such as `oci://registry.example.com/fleet`. */
  readonly url: string;
  readonly tag: string;
  /** The folder inside each artifact that holds the cluster's, such as `dist`. */
  readonly path: string;
}

/** Nobody has checked what is in it. */
interface FluxObject {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
  readonly spec?: {
    readonly url?: unknown;
    readonly path?: unknown;
    readonly ref?: { readonly tag?: unknown };
  };
}

/**
 * Finds, in the folder of the management cluster, where its Flux reads the fleet.
 *
 * @throws FleetError when that is no registry: nobody would read what is pushed
 */
export function renderedSource(dist: string, clusters: readonly string[]): RenderedSource {
  const management = clusters.find((name) => isFile(path.join(dist, name, 'flux.yaml')));
  const file = management ? path.join(dist, management, 'flux.yaml') : dist;
  const objects = management ? read(file) : [];
  const own = objects.filter(
    ({ metadata }) => metadata?.name === FLEET && metadata.namespace === FLUX_NAMESPACE,
  );
  const spec = (kind: string) => own.find((object) => object.kind === kind)?.spec;
  const repository = spec('OCIRepository');
  const [url, tag] = [textOf(repository?.url), textOf(repository?.ref?.tag)];
  const root = textOf(spec('Kustomization')?.path);
  const end = `/${management}`;
  if (management && url.endsWith(end) && tag && root.startsWith('./') && root.endsWith(end)) {
    const problems = checkTag(file, 'spec.ref.tag', tag);
    if (problems.length > 0) throw new FleetError(problems);
    return {
      ...{ management, url: url.slice(0, -end.length), tag },
      path: root.slice('./'.length, -end.length),
    };
  }
  throw new FleetError([
    {
      code: 'push-unread',
      path: file,
      field: '',
      value: undefined,
      problem: 'lets no cluster read from a registry, so that nobody would see what is pushed',
      remedy: "set `source: { kind: 'oci', url: 'oci://...' }` in main.ts, and synthesize",
    },
  ]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function read(file: string): FluxObject[] {
  try {
    return parseAllDocuments(fs.readFileSync(file, 'utf8')).map((document) => document.toJS() ?? {});
  } catch {
    // It says nothing that could be understood, so that it names no registry either.
    return [];
  }
}
