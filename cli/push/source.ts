import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { FleetError } from '../../constructs';
import { FLEET, FLUX_NAMESPACE } from '../../constructs/flux/wiring';

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

interface FluxObject {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly url?: string; readonly path?: string; readonly ref?: { readonly tag?: string } };
}

/**
 * Finds, in the folder of the management cluster, where its Flux reads the fleet.
 *
 * @throws FleetError when that is no registry: nobody would read what is pushed
 */
export function renderedSource(dist: string, clusters: readonly string[]): RenderedSource {
  const management = clusters.find((name) => fs.existsSync(path.join(dist, name, 'flux.yaml')));
  const objects = management ? read(path.join(dist, management, 'flux.yaml')) : [];
  const own = objects.filter(
    ({ metadata }) => metadata?.name === FLEET && metadata.namespace === FLUX_NAMESPACE,
  );
  const spec = (kind: string) => own.find((object) => object.kind === kind)?.spec;
  const { url, ref } = spec('OCIRepository') ?? {};
  const root = spec('Kustomization')?.path;
  const end = `/${management}`;
  if (management && url?.endsWith(end) && ref?.tag && root?.startsWith('./') && root.endsWith(end)) {
    return {
      ...{ management, url: url.slice(0, -end.length), tag: ref.tag },
      path: root.slice('./'.length, -end.length),
    };
  }
  throw new FleetError([
    {
      code: 'push-unread',
      path: management ? path.join(dist, management, 'flux.yaml') : dist,
      field: '',
      value: undefined,
      problem: 'lets no cluster read from a registry, so that nobody would see what is pushed',
      remedy: "set `source: { kind: 'oci', url: 'oci://...' }` in main.ts, and synthesize",
    },
  ]);
}

function read(file: string): FluxObject[] {
  return parseAllDocuments(fs.readFileSync(file, 'utf8')).map((document) => document.toJS() ?? {});
}
