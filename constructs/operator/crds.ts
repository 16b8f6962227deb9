import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { CustomResourceColumnDefinition, CustomResourceDefinition } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import { SPEC_SCHEMA } from '../redis-backup/schema';
import { STATUS_SCHEMA } from '../redis-backup/status-schema';
import { typed } from '../redis-backup/typed';

const condition = (name: string, type: string, priority?: number): CustomResourceColumnDefinition => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="${type}")].status`,
  priority,
});

/** What `kubectl get redisbackups` shows: is it fine? */
const COLUMNS: CustomResourceColumnDefinition[] = [
  condition('Ready', 'Ready'),
  condition('Fresh', 'BackupFresh'),
  condition('Proven', 'RestoreProven'),
  condition('Suspicious', 'BackupSuspicious'),
  { name: 'Last backup', type: 'date', jsonPath: '.status.lastBackup.time' },
  { name: 'Keys', type: 'integer', jsonPath: '.status.lastBackup.keys' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Bucket', type: 'string', jsonPath: '.status.bucket', priority: 1 },
  {
    name: 'Message',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    priority: 1,
  },
];

/** The definition of `RedisBackup`. */
export const REDIS_BACKUP_CRD: Manifest = typed<CustomResourceDefinition>({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'redisbackups.fleetwright.dev' },
  spec: {
    group: 'fleetwright.dev',
    scope: 'Namespaced',
    names: {
      kind: 'RedisBackup',
      listKind: 'RedisBackupList',
      plural: 'redisbackups',
      singular: 'redisbackup',
      shortNames: ['rb'],
      categories: ['fleetwright'],
    },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: COLUMNS,
        schema: {
          openAPIV3Schema: {
            description: 'Redis for an app, with backups that are proven to restore.',
            type: 'object',
            required: ['spec'],
            properties: {
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
              spec: SPEC_SCHEMA,
              status: STATUS_SCHEMA,
            },
            'x-kubernetes-validations': [
              {
                rule: "self.metadata.name.size() <= 63 && !self.metadata.name.contains('.')",
                message: 'the name is part of other names and labels: at most 63 characters, without dots',
              },
            ],
          },
        },
      },
    ],
  },
});

/**
 * The custom resource definitions of the operator, for an add-on of the layer `crds`: they have to be there
 * before the first resource.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export class FleetOperatorCrds extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ApiObject(this, 'redisbackups', REDIS_BACKUP_CRD);
  }
}
