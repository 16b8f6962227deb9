import type { Kind, KubeObject, Metadata, Wanted } from '../../operator/kit';

export const GORDON: Kind = {
  ...{ group: 'workshop.fleetwright.dev', version: 'v1' },
  ...{ kind: 'Gordon', plural: 'gordons' },
};
export const POD: Kind = { group: '', version: 'v1', kind: 'Pod', plural: 'pods' };

/** The label of a pod that names its Gordon. */
export const gordonOf = 'workshop.fleetwright.dev/gordon';

/** One who multiplies; crd.yaml says the same to the API server. */
export interface Gordon extends KubeObject {
  readonly spec: { readonly replicas: number; readonly image: string };
  readonly status?: Registry;
}

/** Who there is. */
export interface Registry {
  readonly alive: number;
  readonly pods: readonly { readonly name: string; readonly phase: string; readonly since: string }[];
}

/** A pod, as far as it is read here. */
export interface Pod extends KubeObject {
  readonly metadata: Metadata & { readonly ownerReferences?: readonly { readonly uid: string }[] };
  readonly status?: { readonly phase?: string };
}

/** Whether it has ended, whatever for. */
export function isDead({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

/** One of a Gordon's pods, as the Pod Security level `restricted` wants it. It goes with its Gordon. */
export function podOf({ apiVersion, kind, metadata, spec }: Gordon, podName: string): Wanted {
  const { name, namespace, uid } = metadata;
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      ...{ name: podName, namespace },
      labels: { 'app.kubernetes.io/managed-by': 'gordon', [gordonOf]: name },
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532 },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          ...{ name: 'gordon', image: spec.image },
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '100m', memory: '32Mi' } },
          securityContext: {
            ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
  return pod;
}

/** The registry: a pod that is as it was keeps its time. */
export function registryOf({ status }: Gordon, pods: readonly Pod[], now: Date): Registry {
  const entries = pods.map(({ metadata: { name }, status: { phase = 'Pending' } = {} }) => {
    const before = status?.pods.find((known) => known.name === name && known.phase === phase);
    return { name, phase, since: before?.since ?? `${now.toISOString().slice(0, 19)}Z` };
  });
  const alive = entries.filter(({ phase }) => phase === 'Running').length;
  return { alive, pods: entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })) };
}
