import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { KUBERNETES_VERSION, type Problem } from '../../constructs';
import { SUPPORTED_VERSIONS } from '../../constructs/clusters/machinery/supported-versions';
import { textOf } from '../../constructs/emit/swap';

/** The schemas by which a cluster is judged. */
export interface Judge {
  /** The Kubernetes minor of the schemas, such as `1.35`. */
  readonly minor: string;
  /** What a reader has to know of them. */
  readonly note?: string;
  readonly problem?: Problem;
}

/**
 * Finds the schemas for a cluster: those of its own Kubernetes minor, or the nearest newer ones if Cluster API makes
 * clusters of that minor.
 *
 * @param folder the folder of the cluster
 * @param pinned the minors that there are schemas of
 */
export function judgeOf(folder: string, pinned: readonly string[]): Judge {
  const file = path.join(folder, 'kustomization.yaml');
  const list = parseDocument(textOf(file) ?? '').toJS();
  const version: unknown = list?.metadata?.annotations?.[KUBERNETES_VERSION];
  const minor = Number(/^v1\.(\d+)\.\d+$/.exec(String(version))?.[1]);
  const known = pinned.map((one) => Number(one.split('.')[1])).sort((a, b) => a - b);
  const nearest = known.find((one) => one >= minor);
  if (nearest === minor) return { minor: `1.${minor}` };
  if (nearest !== undefined && minor >= SUPPORTED_VERSIONS.core.min) {
    return {
      minor: `1.${nearest}`,
      note: `v1.${minor}: judged by the schemas of 1.${nearest}, the nearest`,
    };
  }
  const problem = {
    code: 'schema-version',
    path: file,
    field: `metadata.annotations.${KUBERNETES_VERSION}`,
    value: version,
    problem: 'is no version that can be judged',
    remedy: `use one from v1.${SUPPORTED_VERSIONS.core.min} to v1.${known.at(-1)}, or add its schemas to imports/`,
  };
  return { minor: `1.${known.at(-1)}`, problem };
}
