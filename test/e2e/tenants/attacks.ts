const RBAC = 'rbac.authorization.k8s.io';

/** Another team's namespace, which has nothing to do with the tenant. */
export const OTHER = 'platform';

const admin = { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' };
const me = [{ kind: 'ServiceAccount', name: 'flux-tenant', namespace: 'team' }];
const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];

/** An object, named `attack` unless it says otherwise. */
export function object(apiVersion: string, kind: string, rest: object = {}, metadata: object = {}): object {
  return { apiVersion, kind, metadata: { name: 'attack', ...metadata }, ...rest };
}

/** A pod that the level `restricted` would take, but for what is changed. */
function pod(spec: object = {}, container: object = {}): object {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const containers = [
    { name: 'main', image: 'registry.example.com/main:1.0.0', securityContext, ...container },
  ];
  return object('v1', 'Pod', { spec: { containers, ...spec } });
}

/** One thing that a tenant commits to its own repository, and what Flux says then. */
export type Attack = readonly [what: string, objects: readonly object[], answer: RegExp];

/** The account that Flux acts as may not do it. */
const forbidden = (resource: string) => new RegExp(`cannot patch resource "${resource}" in API group`);

/** What needs no rights but those of a tenant to be tried. */
export const ATTACKS: readonly Attack[] = [
  [
    'a ClusterRoleBinding to cluster-admin',
    [object(`${RBAC}/v1`, 'ClusterRoleBinding', { roleRef: admin, subjects: me })],
    forbidden('clusterrolebindings'),
  ],
  [
    'a RoleBinding to cluster-admin',
    [object(`${RBAC}/v1`, 'RoleBinding', { roleRef: admin, subjects: me })],
    forbidden('rolebindings'),
  ],
  [
    'its own Namespace without Pod Security',
    [
      object(
        'v1',
        'Namespace',
        {},
        { name: 'team', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      ),
    ],
    forbidden('namespaces'),
  ],
  [
    'a definition',
    [
      object(
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        {
          spec: {
            group: 'example.com',
            names: { kind: 'Attack', plural: 'attacks' },
            scope: 'Namespaced',
            versions: [
              { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
            ],
          },
        },
        { name: 'attacks.example.com' },
      ),
    ],
    forbidden('customresourcedefinitions'),
  ],
  [
    'an admission policy',
    [
      object(
        'admissionregistration.k8s.io/v1',
        'ValidatingAdmissionPolicy',
        {
          spec: { validations: [{ expression: 'true' }] },
        },
        { name: 'fleetwright-tenants' },
      ),
    ],
    forbidden('validatingadmissionpolicies'),
  ],
  [
    'a Kustomization',
    [object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', { spec: kustomizationSpec() })],
    forbidden('kustomizations'),
  ],
  [
    'a HelmRelease',
    [
      object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', {
        spec: { interval: '1h', chartRef: { kind: 'HelmChart', name: 'attack' } },
      }),
    ],
    forbidden('helmreleases'),
  ],
  [
    'a pod with a folder of the host',
    [pod({ volumes: [{ name: 'host', hostPath: { path: '/' } }] })],
    /violates PodSecurity "restricted:latest": restricted volume types .*hostPath/,
  ],
  [
    'a node port',
    [object('v1', 'Service', { spec: { type: 'NodePort', ports: [{ port: 80 }] } })],
    /exceeded quota: tenant, requested: services.nodeports=1/,
  ],
  [
    'more storage than its quota',
    [
      object('v1', 'PersistentVolumeClaim', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Ti' } } },
      }),
    ],
    /exceeded quota: tenant, requested: requests.storage=1Ti/,
  ],
];

/** More of the same, for a long run. */
export const MORE_ATTACKS: readonly Attack[] = [
  ['a ClusterRole', [object(`${RBAC}/v1`, 'ClusterRole', { rules: everything })], forbidden('clusterroles')],
  ['a Role', [object(`${RBAC}/v1`, 'Role', { rules: everything })], forbidden('roles')],
  ['a Namespace', [object('v1', 'Namespace')], forbidden('namespaces')],
  [
    'a webhook',
    [object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', { webhooks: [] })],
    forbidden('mutatingwebhookconfigurations'),
  ],
  [
    'another quota',
    [object('v1', 'ResourceQuota', { spec: { hard: { pods: '9999' } } }, { name: 'tenant' })],
    forbidden('resourcequotas'),
  ],
  [
    'a source',
    [
      object('source.toolkit.fluxcd.io/v1', 'GitRepository', {
        spec: { interval: '1h', url: 'https://git.example.com/fleet.git' },
      }),
    ],
    forbidden('gitrepositories'),
  ],
  [
    'a privileged pod',
    [pod({}, { securityContext: { privileged: true } })],
    /violates PodSecurity "restricted:latest": privileged/,
  ],
  ["a pod in the host's network", [pod({ hostNetwork: true })], /violates PodSecurity .*host namespaces/],
  ['a pod as root', [pod({}, { securityContext: {} })], /violates PodSecurity .*runAsNonRoot/],
  [
    'a load balancer',
    [
      object('v1', 'Service', {
        spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] },
      }),
    ],
    /exceeded quota: tenant, requested: services.loadbalancers=1/,
  ],
];

/** The spec of a Kustomization that reads the tenant's own repository. */
export function kustomizationSpec(spec: object = {}): object {
  return {
    ...{ interval: '1h', path: './inner', prune: true, wait: false },
    sourceRef: { kind: 'GitRepository', name: 'team' },
    ...spec,
  };
}
