import type { Problem } from '../../problem';
import type { FieldChanges } from './fields';
import { at, type ClusterChange, find } from './read';
import { newCluster, orForget } from './remedy';

/** Kinds that list the subnets of a cluster. */
const KINDS = ['AWSCluster', 'AWSManagedControlPlane'];

interface Subnet {
  readonly id: string;
  readonly availabilityZone?: string;
  readonly cidrBlock?: string;
}

/**
 * Subnets that vanish or become others. The AWS provider deletes none and goes on to use it.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/pkg/cloud/services/network/subnets.go
 */
export function checkSubnets(change: ClusterChange): FieldChanges {
  const lists = [change.before, change.after].map((objects) => subnetsOf(objects));
  const [before = [], after = []] = lists;
  const lost = before.filter(({ id }) => !after.some((subnet) => subnet.id === id));
  const changed = before.filter((subnet) =>
    after.some(
      ({ id, availabilityZone, cidrBlock }) =>
        id === subnet.id && (availabilityZone !== subnet.availabilityZone || cidrBlock !== subnet.cidrBlock),
    ),
  );
  const zonesOf = (subnets: readonly Subnet[]) => [
    ...new Set(subnets.map((one) => String(one.availabilityZone))),
  ];
  const kept = zonesOf(after);
  const zones = zonesOf(lost).filter((zone) => !kept.includes(zone));
  const path = `clusters/${change.name}`;
  const problems: Problem[] = [];
  if (lost.length > 0) {
    problems.push({
      code: 'subnet-dropped',
      path,
      field: zones.length > 0 ? 'zones' : 'network.subnets',
      value: zones.length > 0 ? kept : after.map(({ id }) => id),
      problem: `no longer has ${(zones.length > 0 ? zones : lost.map(({ id }) => id)).join(', ')}: the AWS provider neither deletes a subnet nor stops choosing it for machines`,
      remedy: orForget(
        change,
        'put it back. Pools leave a zone by their own `zones`: docs/protection.md, Removing a zone. A cluster that must leave one altogether is replaced by a new one of another name',
      ),
    });
  }
  if (changed.length > 0) {
    problems.push({
      code: 'field-immutable',
      path,
      field: 'network.subnets',
      value: changed.map(({ id }) => id),
      problem: 'have another zone or block than they had: AWS cannot change a subnet',
      remedy: newCluster(change),
    });
  }
  return { problems, zones };
}

function subnetsOf(objects: ClusterChange['before']): Subnet[] {
  const list = KINDS.map((kind) => at(find(objects, kind), 'spec.network.subnets')).find(Array.isArray);
  return (list ?? []) as Subnet[];
}
