import type { Construct } from 'constructs';
import { CLUSTERS_NAMESPACE } from '../flux/wiring/names';
import type { Problem } from '../problem';
import { addAdmissionPolicy } from './admission-policy';
import { ALLOW_DELETION } from './protect';

/** The label of namespaces that must not be deleted. */
const PROTECTED = 'fleetwright.dev/protected';

/** Set by `clusterctl move` on what it has copied to another management cluster. */
const DELETE_FOR_MOVE = 'clusterctl.cluster.x-k8s.io/delete-for-move';

/** Deletes what belonged to an object that is gone. */
const GARBAGE_COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';

/** The users of the providers as their own manifests install them. */
const CONTROLLERS = [
  'system:serviceaccount:capi-system:capi-manager',
  'system:serviceaccount:capi-kubeadm-bootstrap-system:capi-kubeadm-bootstrap-manager',
  'system:serviceaccount:capi-kubeadm-control-plane-system:capi-kubeadm-control-plane-manager',
  'system:serviceaccount:capa-system:capa-controller-manager',
  'system:serviceaccount:capd-system:capd-manager',
];

/** The group of the Cluster API Operator's kinds. */
const OPERATOR_GROUP = 'operator.cluster.x-k8s.io';

const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  '': ['namespaces'],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  'cluster.x-k8s.io': ['clusters', 'machinedeployments', 'machinepools'],
  'controlplane.cluster.x-k8s.io': ['awsmanagedcontrolplanes', 'kubeadmcontrolplanes'],
  'infrastructure.cluster.x-k8s.io': [
    'awsclusters',
    'awsfargateprofiles',
    'awsmanagedclusters',
    'awsmanagedmachinepools',
    'devclusters',
  ],
  // The operator uninstalls what belongs to a provider that is deleted: its controllers, webhooks and roles.
  [OPERATOR_GROUP]: [
    'addonproviders',
    'bootstrapproviders',
    'controlplaneproviders',
    'coreproviders',
    'infrastructureproviders',
    'ipamproviders',
    'runtimeextensionproviders',
  ],
};

/** Refuses to delete clusters, their parts and definitions, and protected namespaces. */
export function addDeletionPolicy(scope: Construct, controllers: readonly string[] = CONTROLLERS): void {
  addAdmissionPolicy(scope, 'fleetwright-deletion', {
    matchConstraints: {
      // Any version: one that is served tomorrow must not be a way round.
      resourceRules: Object.entries(RESOURCES).map(([group, resources]) => ({
        apiGroups: [group],
        apiVersions: ['*'],
        operations: ['DELETE'],
        resources,
      })),
    },
    matchConditions: [
      {
        name: 'has-an-object',
        expression: 'oldObject != null',
      },
      {
        // That of clusters whatever its labels are: they have their keys there, and no way back without.
        name: 'namespaces-with-the-label',
        expression: `request.resource.resource != 'namespaces' || oldObject.metadata.name == '${CLUSTERS_NAMESPACE}' || oldObject.metadata.?labels[?'${PROTECTED}'].orValue('') == 'true'`,
      },
      {
        name: 'definitions-of-cluster-api',
        expression: `request.resource.resource != 'customresourcedefinitions' || oldObject.metadata.name.endsWith('.cluster.x-k8s.io')`,
      },
    ],
    variables: [
      {
        name: 'allowed',
        expression: `oldObject.metadata.?annotations[?'${ALLOW_DELETION}'].orValue('') == 'true' || oldObject.metadata.?annotations[?'${DELETE_FOR_MOVE}'].hasValue()`,
      },
      {
        name: 'partOfCluster',
        expression: `oldObject.metadata.?ownerReferences.orValue([]).exists(owner, owner.apiVersion.startsWith('cluster.x-k8s.io/'))`,
      },
      {
        name: 'byController',
        expression: `request.userInfo.username in [${[GARBAGE_COLLECTOR, ...controllers].map((user) => `'${user}'`).join(', ')}]`,
      },
    ],
    validations: [
      {
        expression: 'variables.allowed || (variables.partOfCluster && variables.byController)',
        messageExpression: `'refusing to delete ' + request.kind.kind + ' ' + (has(oldObject.metadata.namespace) ? oldObject.metadata.namespace + '/' : '') + oldObject.metadata.name + ': ' + (request.resource.group == '${OPERATOR_GROUP}' ? 'nothing would look after its clusters' : 'it holds machines or data') + '. If it shall go, annotate it first, in git where git has it: ${ALLOW_DELETION}: "true" (a cluster: teardown \\'allowed\\'), and delete it then. See docs/protection.md'`,
        reason: 'Forbidden',
      },
    ],
  });
}

/** Users that would break out of the quotes of the expression, or that nobody is. */
export function checkControllers(path: string, controllers: readonly string[] = []): Problem[] {
  return controllers.flatMap((value, i) =>
    /^[\w:.@/-]+$/.test(value)
      ? []
      : [
          {
            code: 'user-malformed',
            path,
            field: `controllers[${i}]`,
            value,
            problem: 'is no user of the API server',
            remedy: 'write it in full, like system:serviceaccount:capi-system:capi-manager',
          },
        ],
  );
}
