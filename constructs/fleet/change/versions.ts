import { CLOUD_CONTROLLER } from '../../clusters/aws/boot';
import type { Manifest } from '../../emit/manifest';
import type { Problem } from '../../problem';
import { poolField } from './pools';
import { at, type ClusterChange, find } from './read';
import { newPool, orForget } from './remedy';

/** Kinds that say the control plane's version in `spec.version`. */
const CONTROL_PLANES = ['KubeadmControlPlane', 'AWSManagedControlPlane'];

const POOL_VERSION = 'spec.template.spec.version';

/** The order of an upgrade: the control plane before the workers, one minor at a time, never back. */
export function checkVersions(change: ClusterChange): Problem[] {
  const [before, after] = [change.before, change.after].map(controlPlaneVersion);
  const [from, to] = [minorOf(before), minorOf(after)];
  if (from === undefined || to === undefined) return [];
  const where = { path: `clusters/${change.name}`, field: 'kubernetesVersion', value: after };
  if (to < from) {
    return [
      {
        ...where,
        code: 'version-downgrade',
        problem: `is below ${before}: a control plane cannot go back, since etcd holds what the older one cannot read`,
        remedy: orForget(change, `write ${before} again, or a later patch of it`),
      },
    ];
  }
  if (to > from + 1) {
    const patch = hasPatch(after) ? '.x' : '';
    const steps = Array.from({ length: to - from - 1 }, (_, i) => `v1.${from + i + 1}${patch}`);
    return [
      {
        ...where,
        code: 'version-jump',
        problem: `is ${to - from} minors above ${before}: a control plane goes up one at a time`,
        remedy: orForget(
          change,
          `${[...steps, after].join(', ')}: one pull request each, when the one before is done (docs/upgrades.md)`,
        ),
      },
    ];
  }
  return [
    ...checkCloudController(change, before ?? '', from),
    ...change.after
      .filter(({ kind }) => kind === 'MachinePool')
      .flatMap((pool) => checkManagedPool(change, pool, before ?? '')),
  ];
}

/**
 * Boot waits for no control plane: a cloud controller manager that is pinned would be newer than the API servers.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/#kube-controller-manager-kube-scheduler-and-cloud-controller-manager
 */
function checkCloudController(change: ClusterChange, before: string, from: number): Problem[] {
  const tags = change.after
    .filter(
      ({ kind, spec }) => kind === 'HelmRelease' && at({ spec }, 'spec.releaseName') === CLOUD_CONTROLLER,
    )
    .map((release) => at(release, 'spec.values.image.tag'));
  return tags
    .filter((tag) => (minorOf(tag) ?? 0) > from)
    .map((value) => ({
      code: 'version-skew',
      path: `clusters/${change.name}`,
      field: 'versions.cloudControllerManagerImage',
      value,
      problem: `is above ${before}, which the control plane still has when this is applied`,
      remedy: `pin one of v1.${from}, or none, until the control plane is done`,
    }));
}

/**
 * Cluster API holds new machines of a MachineDeployment back until the control plane is done. Nothing does that
 * for a MachinePool: the AWS provider asks EKS for the new version at once, which refuses.
 *
 * @see https://cluster-api.sigs.k8s.io/tasks/experimental-features/machineset-preflight-checks
 */
function checkManagedPool(change: ClusterChange, object: Manifest, controlPlane: string): Problem[] {
  const older = find(change.before, object.kind, object.metadata.name);
  const [before, version] = [older, object].map((one) => asWritten(at(one, POOL_VERSION), controlPlane));
  const [from, to, most] = [before, version, controlPlane].map(minorOf);
  if (to === undefined || most === undefined) return [];
  const where = {
    path: `clusters/${change.name}`,
    field: `${poolField(change, object)}.kubernetesVersion`,
    value: version,
  };
  if (to > most) {
    return [
      {
        ...where,
        code: 'workers-first',
        problem: `is above ${controlPlane}, which the control plane still has when this is applied: nothing makes a managed pool wait`,
        remedy: orForget(
          change,
          `upgrade in two steps: set the pool's kubernetesVersion: '${before ?? controlPlane}' in this change, and take it out when the control plane is done (docs/upgrades.md)`,
        ),
      },
    ];
  }
  if (from === undefined || to >= from) return [];
  return [
    {
      ...where,
      code: 'version-downgrade',
      problem: `is below ${before}: EKS takes no managed pool back, and the provider does not try`,
      remedy: newPool(change),
    },
  ];
}

function controlPlaneVersion(objects: readonly Manifest[]): string | undefined {
  const version = CONTROL_PLANES.map((kind) => at(find(objects, kind), 'spec.version')).find(Boolean);
  return typeof version === 'string' ? version : undefined;
}

/** A managed pool's object has a full version also where the model, as that of EKS does, has minors alone. */
function asWritten(version: unknown, like: string): string | undefined {
  if (typeof version !== 'string' || hasPatch(like)) return version as string | undefined;
  return version.replace(/^(v?\d+\.\d+)\..*$/, '$1');
}

function hasPatch(version: string | undefined): boolean {
  return /^v?\d+\.\d+\./.test(version ?? '');
}

function minorOf(version: unknown): number | undefined {
  const minor = /^v?1\.(\d+)(\.|$)/.exec(String(version))?.[1];
  return minor === undefined ? undefined : Number(minor);
}
