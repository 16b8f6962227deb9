import { stringify } from 'yaml';
import {
  AwsCluster,
  type AwsClusterProps,
  type Fleet,
  formatProblems,
  LocalCluster,
  type LocalClusterProps,
  type Problem,
} from '../../../constructs';
import { checkChange } from '../../../constructs/fleet/change';
import { emptyFleet } from '../../support/fleet';

type Add = (fleet: Fleet) => unknown;
type Files = ReadonlyMap<string, string>;

/** The files of a fleet. */
export function filesOf(...adds: readonly Add[]): Files {
  const fleet = emptyFleet();
  for (const add of adds) add(fleet);
  return fleet.compile().files;
}

/** What a person reads of a change: each problem without its code's head count. */
export function texts(before: Files, after: Files): string[] {
  return checkChange(before, after).map(text);
}

export function text(problem: Problem): string {
  return formatProblems([problem]).split('\n').slice(2).join('\n').trim();
}

/** The end of every remedy. */
export const neverRan = (name: string) =>
  `. If the cluster never ran, or is gone already: add '${name}' to \`forget\` of the fleet for this change (docs/protection.md, A cluster that is not there)`;

export const NETWORKS = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] };

/** A cluster of containers. */
export const local =
  (props: Partial<LocalClusterProps> = {}, name = 'dev'): Add =>
  (fleet) =>
    new LocalCluster(fleet, name, {
      kubernetesVersion: 'v1.35.4',
      networks: NETWORKS,
      controlPlane: { replicas: 1 },
      pools: [{ name: 'workers', replicas: 2 }],
      ...props,
    });

/** A cluster of EC2 machines in two zones. */
export const aws =
  (props: Partial<AwsClusterProps> = {}, name = 'prod'): Add =>
  (fleet) =>
    new AwsCluster(fleet, name, {
      kubernetesVersion: 'v1.35.4',
      region: 'eu-central-1',
      zones: ['eu-central-1a', 'eu-central-1b'],
      networks: { ...NETWORKS, vpc: '10.0.0.0/16' },
      controlPlane: { replicas: 3, instanceType: 'm7i.large' },
      pools: [{ name: 'workers', replicas: 4, instanceType: 'm7i.large' }],
      ...props,
    });

/** A cluster of the objects that a test writes itself: kinds that no construct here makes. */
export function made(name: string, objects: readonly object[]): Files {
  const yaml = objects.map((object) => `---\n${stringify(object)}`).join('');
  return new Map([[`management/clusters/${name}/${name}.yaml`, yaml]]);
}

/** An object of Cluster API, protected. */
export function object(group: string, kind: string, name: string, spec: object, annotations: object = KEPT) {
  const apiVersion = `${group}${group ? '.' : ''}cluster.x-k8s.io/v1beta2`;
  return { apiVersion, kind, metadata: { name, namespace: 'clusters', annotations }, spec };
}

const KEPT = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
export const ALLOWED = { 'fleetwright.dev/allow-deletion': 'true' };
