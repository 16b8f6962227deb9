import type { Construct } from 'constructs';
import { CLUSTERS_NAMESPACE } from '../flux/wiring/names';
import { addAdmissionPolicy } from './admission-policy';

/** What a Cluster of a fleet refers to, and how that is named after it. */
const PARTS = [
  ['object.?spec.?infrastructureRef.?name', 'object.metadata.name'],
  ['object.?spec.?controlPlaneRef.?name', "object.metadata.name + '-control-plane'"],
] as const;

const SELECTED = "object.?spec.?selector.?matchLabels[?'cluster.x-k8s.io/deployment-name']";

/** What makes the machines of a MachinePool; a MachineDeployment has a template there, which goes by any name. */
const MACHINES = 'object.?spec.?template.?spec.?infrastructureRef.?name';

/** Whether a field is not as it was. */
const differs = (field: string) =>
  `${field}.orValue('') != ${field.replace('object', 'oldObject')}.orValue('')`;

/** What is made from a ClusterClass: Cluster API names the parts itself, each anew. */
const FROM_A_CLASS = {
  cluster: 'object.?spec.?topology.hasValue()',
  pool: "object.metadata.?labels[?'topology.cluster.x-k8s.io/owned'].hasValue()",
};

/** The end of both messages. */
const SOURCE = '. Is it a copy? See docs/protection.md';

/**
 * Refuses copies, as another target namespace, a prefix for all names or a Cluster renamed in `dist/` makes:
 *
 * - a Cluster in another namespace: the AWS provider finds networks and machines by the name of the Cluster alone, and
 *   would take the first one's over;
 * - a Cluster that names another one's control plane or infrastructure: it takes the latter over, and Cluster API
 *   deletes with a Cluster what it names, whoever else has it;
 * - a MachineDeployment that selects by another one's name: Cluster API gives its machines its own, counts none of
 *   them, and makes more without end;
 * - a MachinePool that names another one's machines: Cluster API deletes with it what it names.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api/blob/v1.14.0/core/reconcilers/cluster/cluster_controller.go#L329
 * @see https://github.com/kubernetes-sigs/cluster-api/blob/v1.14.0/core/reconcilers/machineset/machineset_controller.go#L1352
 * @see https://github.com/kubernetes-sigs/cluster-api/blob/v1.14.0/core/reconcilers/machinepool/machinepool_controller.go#L311
 */
export function addReferencePolicy(scope: Construct): void {
  addAdmissionPolicy(scope, 'fleetwright-references', {
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ['cluster.x-k8s.io'],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['clusters', 'machinedeployments', 'machinepools'],
        },
      ],
    },
    matchConditions: [
      {
        // Others may have clusters of their own, elsewhere and by other rules.
        name: 'of-a-fleet',
        expression: `request.namespace == '${CLUSTERS_NAMESPACE}' || object.metadata.?labels[?'kustomize.toolkit.fluxcd.io/namespace'].orValue('') == '${CLUSTERS_NAMESPACE}'`,
      },
      {
        // One that is there already must be able to get a status, and to go.
        name: 'new-or-refers-to-something-else',
        expression: `oldObject == null || ${[...PARTS.map(([field]) => field), SELECTED].map(differs).join(' || ')} || (request.resource.resource == 'machinepools' && ${differs(MACHINES)})`,
      },
    ],
    validations: [
      {
        expression: `request.namespace == '${CLUSTERS_NAMESPACE}'`,
        messageExpression: `'refusing ' + request.kind.kind + ' ' + request.namespace + '/' + object.metadata.name + ': it belongs into the namespace ${CLUSTERS_NAMESPACE}, and clouds know a cluster by its name alone${SOURCE}'`,
        reason: 'Forbidden',
      },
      {
        expression: `request.resource.resource != 'clusters' || ${FROM_A_CLASS.cluster} || (${PARTS.map(([ref, own]) => `${ref}.orValue(${own}) == ${own}`).join(' && ')})`,
        messageExpression: `'refusing Cluster ' + request.namespace + '/' + object.metadata.name + ': its infrastructure and control plane must be its own, ' + object.metadata.name + ' and ' + object.metadata.name + '-control-plane: they go with it, whoever else has them${SOURCE}'`,
        reason: 'Forbidden',
      },
      {
        expression: `request.resource.resource != 'machinedeployments' || ${SELECTED}.orValue(object.metadata.name) == object.metadata.name`,
        messageExpression: `'refusing MachineDeployment ' + request.namespace + '/' + object.metadata.name + ': it selects the machines of ' + ${SELECTED}.orValue('') + ', and would make its own without end${SOURCE}'`,
        reason: 'Forbidden',
      },
      {
        expression: `request.resource.resource != 'machinepools' || ${FROM_A_CLASS.pool} || ${MACHINES}.orValue(object.metadata.name) == object.metadata.name`,
        messageExpression: `'refusing MachinePool ' + request.namespace + '/' + object.metadata.name + ': what makes its machines must be its own, ' + object.metadata.name + ', not ' + ${MACHINES}.orValue('') + ': it goes with it, whoever else has it${SOURCE}'`,
        reason: 'Forbidden',
      },
    ],
  });
}
