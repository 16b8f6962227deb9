import { ApiObject, type Chart } from 'cdk8s';
import { AddOn, ExistingCluster, type Fleet, FleetApp } from '../../../constructs';
import { PAUSE_IMAGE } from '../../stack/node/containerd';
import { binaryImage } from '../../stack/node/images';
import { programs } from '../../stack/parts';

/** The image of the controller of the kind. */
export const COLOR_CONTROLLER = binaryImage(
  'fleetwright.dev/sample-controller:1',
  programs,
  'sample-controller',
);

const ADMISSION = 'admissionregistration.k8s.io/v1';
const RBAC = 'rbac.authorization.k8s.io';
const locked = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
const nobody = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

/**
 * A fleet of one cluster with a kind of its own, and what it takes to have an object of it: the definition; a
 * controller, whose webhook admits objects and which says when they are Ready; a configuration, which is such an
 * object; and an app with another one.
 *
 * @param name the kind's group is named after it, as is each add-on: a cluster may have several
 * @param ordered whether each says what it depends on
 */
export function colors(name: string, ordered: boolean): (fleet: Fleet) => void {
  const after = (...names: string[]) => (ordered ? names.map((each) => `${name}-${each}`) : []);
  const common = { namespace: name, placement: {}, network: 'open' } as const;
  return (fleet) => {
    new AddOn(fleet, `${name}-crds`, {
      ...common,
      layer: 'crds',
      define: (chart) => defineKind(chart, name),
    });
    new AddOn(fleet, `${name}-controller`, {
      ...common,
      layer: 'controllers',
      dependsOn: after('crds'),
      define: (chart) => defineController(chart, name),
    });
    new AddOn(fleet, `${name}-config`, {
      ...common,
      layer: 'configs',
      dependsOn: after('controller'),
      define: (chart) => defineColor(chart, name, 'house'),
    });
    new FleetApp(fleet, `${name}-app`, {
      ...common,
      dependsOn: after('config'),
      define: (chart) => {
        defineColor(chart, name, 'own');
        defineDeployment(chart, 'app', { image: PAUSE_IMAGE });
      },
    });
  };
}

/** The cluster that these are for. */
export function oneCluster(fleet: Fleet): void {
  new ExistingCluster(fleet, 'edge', { kubernetesVersion: 'v1.36.3', management: true });
}

const groupOf = (name: string) => `${name}.example.com`;

function defineKind(chart: Chart, name: string): void {
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  new ApiObject(chart, 'crd', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `colors.${groupOf(name)}` },
    spec: {
      group: groupOf(name),
      scope: 'Namespaced',
      names: { kind: 'Color', listKind: 'ColorList', plural: 'colors', singular: 'color' },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true, subresources: { status: {} } },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
        },
      ],
    },
  });
}

function defineColor(chart: Chart, name: string, color: string): void {
  new ApiObject(chart, `color-${color}`, {
    apiVersion: `${groupOf(name)}/v1`,
    kind: 'Color',
    metadata: { name: color },
    spec: { color: 'blue' },
  });
}

function defineController(chart: Chart, name: string): void {
  const labels = { app: 'controller' };
  const webhook = `colors.${groupOf(name)}`;
  const service = { name: 'controller', namespace: name };
  new ApiObject(chart, 'account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'controller' },
  });
  new ApiObject(chart, 'role', {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: `${name}-controller` },
    rules: [
      { apiGroups: [groupOf(name)], resources: ['colors'], verbs: ['list'] },
      { apiGroups: [groupOf(name)], resources: ['colors/status'], verbs: ['patch'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingwebhookconfigurations'],
        resourceNames: [webhook],
        verbs: ['patch'],
      },
    ],
  });
  new ApiObject(chart, 'binding', {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${name}-controller` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: `${name}-controller` },
    subjects: [{ kind: 'ServiceAccount', ...service }],
  });
  new ApiObject(chart, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service.name },
    spec: { selector: labels, ports: [{ port: 443, targetPort: 8443 }] },
  });
  new ApiObject(chart, 'webhook', {
    apiVersion: ADMISSION,
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: webhook },
    webhooks: [
      {
        ...{ name: webhook, admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail' },
        clientConfig: { service: { ...service, path: '/' } },
        rules: [
          {
            apiGroups: [groupOf(name)],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['colors'],
          },
        ],
      },
    ],
  });
  defineDeployment(chart, 'controller', {
    image: COLOR_CONTROLLER.name,
    args: [service.name, name, webhook, `${groupOf(name)}/v1/colors`],
    readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 },
  });
}

function defineDeployment(
  chart: Chart,
  name: string,
  container: { image: string; [field: string]: unknown },
): void {
  const labels = { app: name };
  new ApiObject(chart, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(name === 'controller' ? { serviceAccountName: name } : { automountServiceAccountToken: false }),
          securityContext: nobody,
          containers: [{ name, securityContext: locked, ...container }],
        },
      },
    },
  });
}
