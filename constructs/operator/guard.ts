import type { Construct } from 'constructs';
import { addAdmissionPolicy } from '../protection/admission-policy';
import { MANAGED_BY, ROLE } from '../redis-backup/bundle';
import { RELEASE_ACCOUNT, RELEASE_NAMESPACE, type RedisPlatform } from '../redis-backup/platform';
import { OPERATOR } from './deployment';
import { RESTARTED_AT } from './rights';

/** Where the cluster's own machinery runs: with a pod or a token there, one is administrator. */
const SYSTEM = `['kube-system', '${RELEASE_NAMESPACE}']`;

const isSafe = (pod: string) =>
  [
    `!${pod}.?automountServiceAccountToken.orValue(true)`,
    ...['hostNetwork', 'hostPID', 'hostIPC'].map((field) => `!${pod}.?${field}.orValue(false)`),
    // A token can be a volume, too (`projected`).
    `${pod}.?volumes.orValue([]).all(v, has(v.emptyDir) || has(v.secret) || has(v.configMap) || has(v.persistentVolumeClaim))`,
    `(${pod}.containers + ${pod}.?initContainers.orValue([])).all(c, !c.?securityContext.?allowPrivilegeEscalation.orValue(true) && c.?securityContext.?capabilities.?add.orValue([]).size() == 0)`,
  ].join(' && ');

/**
 * Holds the operator to what it is for. Its roles are wider than that: a role can say neither "only what I have
 * made" nor "every namespace but these", and who makes pods or releases anywhere can become anyone.
 */
export function addOperatorGuard(scope: Construct, namespace: string, { chart }: RedisPlatform): void {
  const { kind, name } = chart ?? { kind: 'HelmChart', name: RELEASE_ACCOUNT };
  addAdmissionPolicy(scope, OPERATOR, {
    matchConstraints: {
      resourceRules: [
        written('', 'persistentvolumeclaims', 'secrets', 'serviceaccounts'),
        written('apps', 'daemonsets', 'deployments', 'statefulsets'),
        written('batch', 'cronjobs', 'jobs'),
        written('helm.toolkit.fluxcd.io', 'helmreleases'),
        written('networking.k8s.io', 'networkpolicies'),
      ],
    },
    matchConditions: [isUser(namespace, OPERATOR)],
    variables: [
      { name: 'resource', expression: 'request.resource.resource' },
      { name: 'restarts', expression: "request.resource.group == 'apps'" },
      ...['object', 'oldObject'].map((one) => ({
        name: `${one}Annotations`,
        expression: `${one}.spec.template.metadata.?annotations.orValue({})`,
      })),
      {
        name: 'pod',
        expression:
          "variables.resource == 'cronjobs' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec",
      },
    ],
    validations: [
      {
        expression: `!(request.namespace in ${SYSTEM}) || (request.namespace == '${RELEASE_NAMESPACE}' && variables.resource == 'helmreleases')`,
        message: `the operator writes nothing in kube-system, and in ${RELEASE_NAMESPACE} only HelmReleases`,
        reason: 'Forbidden',
      },
      {
        // A volume claim is Helm's, by that label; it has those of its bundle.
        expression: `variables.restarts || [object, oldObject].all(one, one == null || (variables.resource == 'persistentvolumeclaims' ? one.metadata.?labels[?'${ROLE}'].orValue('') == 'server' : one.metadata.?labels[?'${MANAGED_BY.key}'].orValue('') == '${MANAGED_BY.value}'))`,
        message: `the operator writes only what is labelled ${MANAGED_BY.key}: ${MANAGED_BY.value}, before and after, and volume claims of servers`,
        reason: 'Forbidden',
      },
      {
        expression: `!variables.restarts || (${isRestart()})`,
        message: `the operator restarts workloads by the annotation ${RESTARTED_AT} of their pods, and changes nothing else`,
        reason: 'Forbidden',
      },
      {
        expression: "variables.resource != 'secrets' || object == null || object.type == 'Opaque'",
        message: 'the operator makes Secrets of the type Opaque, and no tokens',
        reason: 'Forbidden',
      },
      {
        expression: `!(variables.resource in ['cronjobs', 'jobs']) || object == null || (variables.pod.?serviceAccountName.orValue('').matches('-redis-(backup|restore-test)$') && ${isSafe('variables.pod')})`,
        message:
          "the operator's jobs run as an account of their bundle, without a token, host access or more privileges",
        reason: 'Forbidden',
      },
      {
        expression: `variables.resource != 'helmreleases' || object == null || (${isBundleRelease(kind, name)})`,
        message: `the operator's HelmReleases act as ${RELEASE_ACCOUNT}, with the platform's chart as it is, in an app's namespace`,
        reason: 'Forbidden',
      },
    ],
  });
}

/** Other annotations of pods are no less than rights: injectors of sidecars and of credentials take orders by them. */
function isRestart(): string {
  const sameBut = (one: string, other: string) =>
    `variables.${one}Annotations.all(k, k == '${RESTARTED_AT}' || (k in variables.${other}Annotations && variables.${one}Annotations[k] == variables.${other}Annotations[k]))`;
  return [
    'object.spec.template.spec == oldObject.spec.template.spec',
    'object.spec.template.metadata.?labels == oldObject.spec.template.metadata.?labels',
    'object.spec.?replicas == oldObject.spec.?replicas',
    sameBut('object', 'oldObject'),
    sameBut('oldObject', 'object'),
  ].join(' && ');
}

function isBundleRelease(kind: string, name: string): string {
  return [
    `object.spec.?serviceAccountName.orValue('') == '${RELEASE_ACCOUNT}'`,
    `object.spec.?chartRef.?kind.orValue('') == '${kind}'`,
    `object.spec.?chartRef.?name.orValue('') == ${JSON.stringify(name)}`,
    `object.spec.?chartRef.?namespace.orValue('${RELEASE_NAMESPACE}') == '${RELEASE_NAMESPACE}'`,
    '!has(object.spec.chart) && !has(object.spec.kubeConfig) && !has(object.spec.postRenderers)',
    `!(object.spec.?targetNamespace.orValue('${RELEASE_NAMESPACE}') in ${SYSTEM})`,
    'object.spec.?storageNamespace == object.spec.?targetNamespace',
  ].join(' && ');
}

/**
 * Holds Helm's account to what charts/redis makes. Its roles hold in every namespace, and a StatefulSet with
 * the account of another controller would be that controller.
 */
export function addReleaseGuard(scope: Construct): void {
  addAdmissionPolicy(scope, RELEASE_ACCOUNT, {
    matchConstraints: {
      resourceRules: [
        written('', 'configmaps', 'persistentvolumeclaims', 'secrets', 'services'),
        written('apps', 'statefulsets'),
      ],
    },
    matchConditions: [isUser(RELEASE_NAMESPACE, RELEASE_ACCOUNT)],
    validations: [
      {
        expression: `!(request.namespace in ${SYSTEM})`,
        message: `a bundle's release writes nothing in kube-system and ${RELEASE_NAMESPACE}`,
        reason: 'Forbidden',
      },
      {
        expression:
          "request.resource.resource != 'secrets' || object == null || object.type in ['Opaque', 'helm.sh/release.v1']",
        message: "a bundle's release makes Secrets of the type Opaque and Helm's own, and no tokens",
        reason: 'Forbidden',
      },
      {
        expression: `request.resource.resource != 'statefulsets' || object == null || (${isSafe('object.spec.template.spec')})`,
        message: "a bundle's server runs without a token, host access or more privileges",
        reason: 'Forbidden',
      },
    ],
  });
}

function isUser(namespace: string, account: string) {
  const user = `system:serviceaccount:${namespace}:${account}`;
  return { name: 'by-this-account', expression: `request.userInfo.username == ${JSON.stringify(user)}` };
}

function written(group: string, ...resources: string[]) {
  return { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources };
}
