import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AddOn,
  ExistingCluster,
  type Fleet,
  FleetApp,
  FleetProtection,
  HelmApp,
  type PlacedProps,
  type Placement,
} from '../../../constructs';
import type { SampleChart } from '../../stack/live/charts';

const RBAC = 'rbac.authorization.k8s.io';
const VERSION = 'v1.36.3';
const placement: Placement = { matchLabels: { env: 'drift' } };
const labels = { 'app.kubernetes.io/name': 'web' };

/** Where the chart of `greeter` is. */
export const CHARTS_HOST = 'charts.example.com';

/** Where the tenant's repository is, on the git server of the fleet. */
export const TEAM = 'team';

/** The chart of `greeter`; nothing runs pods here, so it asks for none. */
export const greeterChart: SampleChart = {
  name: 'greeter',
  version: '1.2.3',
  templates: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'greeter', labels: { 'app.kubernetes.io/name': 'greeter' } },
      data: { message: '{{ .Values.message }}' },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'greeter' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'greeter' } },
        template: {
          metadata: { labels: { app: 'greeter' } },
          spec: { containers: [{ name: 'greeter', image: 'registry.example.com/greeter:1.2.3' }] },
        },
      },
    },
  ],
};

/** A management cluster, and one with an object of every sort that a fleet puts on a cluster. */
export function driftFleet(fleet: Fleet): void {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: VERSION, management: true });
  new ExistingCluster(fleet, 'site', {
    kubernetesVersion: VERSION,
    labels: { env: 'drift' },
    tenants: [
      { name: TEAM, source: { url: `https://git.example.com/${TEAM}.git`, ref: { branch: 'main' } } },
    ],
  });
  new AddOn(fleet, 'protection', {
    layer: 'configs',
    namespace: 'fleetwright-system',
    placement,
    define: (chart) => {
      new FleetProtection(chart, 'protection');
    },
  });
  new AddOn(fleet, 'rights', { layer: 'configs', namespace: 'rights', placement, define: addRights });
  new FleetApp(fleet, 'web', { namespace: 'web', placement, define: addWeb });
  // Nothing here makes volumes: nobody waits for one, not even where a person switches that on.
  const sync = { wait: false, timeout: '5s' };
  new FleetApp(fleet, 'storage', { namespace: 'web', placement, sync, define: addClaim });
  new FleetApp(fleet, 'greeter', {
    namespace: 'greeter',
    placement,
    define: (chart) => {
      new HelmApp(chart, 'release', {
        name: 'greeter',
        namespace: 'greeter',
        chart: { repository: { url: `https://${CHARTS_HOST}` }, name: 'greeter', version: '1.2.3' },
        values: { message: 'hello' },
      });
    },
  });
}

const addRights: PlacedProps<object>['define'] = (chart) => {
  const account = { name: 'auditor', namespace: 'rights' };
  const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] }];
  new ApiObject(chart, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  for (const scope of ['', 'Cluster']) {
    const metadata = { name: 'auditor', labels: { 'app.kubernetes.io/part-of': 'audit' } };
    new ApiObject(chart, `${scope}role`, {
      apiVersion: `${RBAC}/v1`,
      kind: `${scope}Role`,
      metadata,
      rules,
    });
    new ApiObject(chart, `${scope}binding`, {
      apiVersion: `${RBAC}/v1`,
      kind: `${scope}RoleBinding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind: `${scope}Role`, name: 'auditor' },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    });
  }
};

const addWeb: PlacedProps<object>['define'] = (chart) => {
  const web = new kplus.Deployment(chart, 'web', {
    metadata: { name: 'web', labels, annotations: { 'example.com/owner': 'team-web' } },
    replicas: 0,
    select: false,
    podMetadata: { labels },
    containers: [
      {
        image: 'registry.example.com/web:1.0.0',
        portNumber: 8080,
        envVariables: { GREETING: kplus.EnvValue.fromValue('hello') },
      },
    ],
  });
  web.select(kplus.LabelSelector.of({ labels }));
  const pods = kplus.Pods.select(chart, 'pods', { labels });
  new kplus.Service(chart, 'service', {
    metadata: { name: 'web' },
    selector: pods,
    ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  });
  new kplus.ConfigMap(chart, 'config', {
    metadata: { name: 'web', labels },
    data: { color: 'blue', 'web.conf': 'listen 8080\n' },
  });
  new kplus.NetworkPolicy(chart, 'allow', {
    metadata: { name: 'allow-web' },
    selector: pods,
    ingress: {
      rules: [{ peer: kplus.Namespaces.all(chart, 'all'), ports: [kplus.NetworkPolicyPort.tcp(8080)] }],
    },
  });
};

const addClaim: PlacedProps<object>['define'] = (chart) => {
  new ApiObject(chart, 'claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'web' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
};
