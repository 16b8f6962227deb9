import { ApiObject } from 'cdk8s';
import { AddOn, BucketSource, type Fleet, Sync } from '../constructs';
import { addOnCall } from './alerts';

const namespace = 'dashboards';
const account = { name: 'dashboards', namespace };

/** Dashboards that another team publishes to a bucket: Flux may make ConfigMaps of them, and nothing else. */
export function dashboards(fleet: Fleet): void {
  new AddOn(fleet, 'dashboards', {
    layer: 'configs',
    namespace,
    placement: { matchLabels: { env: 'prod' } },
    define: (chart) => {
      new BucketSource(chart, 'source', {
        name: 'dashboards',
        namespace,
        bucketName: 'example-dashboards',
        endpoint: 's3.eu-central-1.amazonaws.com',
        region: 'eu-central-1',
        secretName: 'dashboards-s3',
        interval: '10m',
      });
      new Sync(chart, 'sync', {
        name: 'dashboards',
        namespace,
        path: './',
        sourceRef: { kind: 'Bucket', name: 'dashboards' },
        serviceAccountName: account.name,
        targetNamespace: namespace,
      });
      addOnCall(chart, namespace);
      new ApiObject(chart, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
      new ApiObject(chart, 'role', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: account,
        rules: [
          {
            apiGroups: [''],
            resources: ['configmaps'],
            verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
          },
        ],
      });
      new ApiObject(chart, 'binding', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: account,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account.name },
        subjects: [{ kind: 'ServiceAccount', ...account }],
      });
    },
  });
}
