/** Something that a person adds where the fleet says nothing. */
export interface Addition {
  readonly what: string;
  readonly object: readonly [kind: string, namespace: string, name: string];
  readonly patch: object;
  /** Whether it stays when it was not `kubectl` that wrote it. */
  readonly stays: boolean;
}

const FLUX = 'kustomize.toolkit.fluxcd.io';

/** What somebody who wants more than git says would add. docs/security.md has the same table. */
export const ADDITIONS: readonly Addition[] = [
  {
    what: 'a container',
    object: ['Deployment', 'web', 'web'],
    patch: {
      spec: {
        template: { spec: { containers: [{ name: 'more', image: 'registry.example.com/more:1.0.0' }] } },
      },
    },
    stays: true,
  },
  {
    what: 'a key of a ConfigMap',
    object: ['ConfigMap', 'web', 'web'],
    patch: { data: { more: 'yes' } },
    stays: true,
  },
  {
    what: 'a label of a Namespace',
    object: ['Namespace', '', 'web'],
    patch: { metadata: { labels: { 'example.com/more': 'yes' } } },
    stays: true,
  },
  {
    what: 'a rule of egress',
    object: ['NetworkPolicy', 'web', 'default-deny'],
    patch: { spec: { egress: [{}] } },
    stays: false,
  },
  {
    what: 'a rule of a Role',
    object: ['Role', 'rights', 'auditor'],
    patch: { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
    stays: false,
  },
  {
    what: 'a subject of a RoleBinding',
    object: ['RoleBinding', 'rights', 'auditor'],
    patch: { subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'web' }] },
    stays: false,
  },
  {
    what: 'a subject of a ClusterRoleBinding',
    object: ['ClusterRoleBinding', '', 'auditor'],
    patch: { subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'web' }] },
    stays: false,
  },
  {
    what: 'a limit of whom a policy binds',
    object: ['ValidatingAdmissionPolicyBinding', '', 'fleetwright-tenants'],
    patch: {
      spec: { matchResources: { namespaceSelector: { matchLabels: { 'example.com/never': 'yes' } } } },
    },
    stays: true,
  },
  {
    what: 'a value of a release',
    object: ['HelmRelease', 'greeter', 'greeter'],
    patch: { spec: { values: { more: 'yes' } } },
    stays: true,
  },
  {
    what: 'a variable of a sync',
    object: [`Kustomization.${FLUX}`, 'flux-system', 'rights'],
    patch: { spec: { postBuild: { substitute: { more: 'yes' } } } },
    stays: true,
  },
  {
    what: 'a pause of a sync',
    object: [`Kustomization.${FLUX}`, 'team', 'team'],
    patch: { spec: { suspend: true } },
    stays: true,
  },
  {
    what: 'a path that a source passes over',
    object: ['GitRepository', 'flux-system', 'fleet'],
    patch: { spec: { ignore: '/more' } },
    stays: true,
  },
];
