import type { JSONSchemaProps } from '../../imports/kubernetes';

const text = (maxLength: number): JSONSchemaProps => ({ type: 'string', maxLength });
const time: JSONSchemaProps = { type: 'string', format: 'date-time' };

/** Every condition that a `RedisBackup` has. */
export const CONDITIONS = [
  'Ready',
  'BucketReady',
  'RedisReady',
  'BackupFresh',
  'BackupSuspicious',
  'RestoreProven',
] as const;

/** The condition of one that a Deployment's annotation asks for: whether it is as asked. Another hook's than the others. */
export const REQUESTED = 'Requested';

/** Every step of a restore; it ends with one of the last three. */
export const RESTORE_STEPS = [
  'Checking',
  'Fencing',
  'BackingUp',
  'Loading',
  'Replicating',
  'RollingBack',
  'Lifting',
  'Done',
  'RolledBack',
  'Refused',
] as const;

const conditions: JSONSchemaProps = {
  description: `What is so: ${[...CONDITIONS, REQUESTED].join(', ')}.`,
  type: 'array',
  maxItems: 16,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
    properties: {
      type: text(316),
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
      reason: { ...text(1024), minLength: 1, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
      message: text(32768),
      lastTransitionTime: time,
    },
  },
};

/** The status of a `RedisBackup`, which only the operator writes. */
export const STATUS_SCHEMA: JSONSchemaProps = {
  description: 'What is. Only the operator writes it.',
  type: 'object',
  properties: {
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    conditions,
    bucket: { ...text(63), description: 'Recorded before the bucket is made.' },
    endpoint: text(300),
    hardening: {
      description: 'What the S3 server does not implement.',
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'set',
      items: text(64),
    },
    lastBackup: {
      description: 'The newest backup that has a manifest.',
      type: 'object',
      required: ['key', 'time', 'bytes', 'keys', 'digest', 'sha256'],
      properties: {
        key: text(1024),
        time,
        bytes: { type: 'integer', format: 'int64', minimum: 0 },
        keys: { type: 'integer', format: 'int64', minimum: 0 },
        digest: text(64),
        sha256: text(64),
      },
    },
    lastProof: {
      description: 'The newest backup that a scratch server has loaded.',
      type: 'object',
      required: ['key', 'time'],
      properties: { key: text(1024), time },
    },
    restore: {
      description: 'The restore that ran last, or runs.',
      type: 'object',
      required: ['id', 'step'],
      properties: {
        id: text(63),
        step: { type: 'string', enum: [...RESTORE_STEPS] },
        request: { ...text(64), description: 'A hash of what was asked for.' },
        key: text(1024),
        keys: { type: 'integer', format: 'int64', minimum: 0 },
        digest: text(64),
        backup: { ...text(1024), description: 'The backup that was taken behind the fence.' },
        empty: { type: 'boolean', description: 'Whether the server had no data.' },
        runId: { ...text(64), description: 'The process that was fenced.' },
        attempt: { type: 'integer', minimum: 0 },
        lostPods: { type: 'integer', minimum: 0, description: 'How many pods were lost with their nodes.' },
        retryAt: time,
        outcome: { type: 'string', enum: ['Done', 'RolledBack'] },
        startedAt: time,
        finishedAt: time,
        message: text(32768),
        steps: {
          description: 'What it did, and when.',
          type: 'array',
          maxItems: 32,
          items: {
            type: 'object',
            required: ['step', 'time'],
            properties: { step: text(64), time, message: text(1024) },
          },
        },
      },
    },
  },
};
