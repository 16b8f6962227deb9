import type { RedisBackupSpec, RedisPlatform, Restore, RestoreSource, S3Settings } from '../../constructs';

const s3: Required<Omit<S3Settings, 'jobSecrets'>> = {
  endpoint: 'https://s3.example.com:7070',
  region: 'eu-west-1',
  bucketPrefix: 'acme',
  pathStyle: true,
  checksums: 'required',
  caBundle: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  operator: { roleArn: 'arn:aws:iam::111122223333:role/fleetwright-operator' },
  jobRoles: {
    backup: 'arn:aws:iam::111122223333:role/redis-backup',
    restoreTest: 'arn:aws:iam::111122223333:role/redis-restore-test',
  },
};

export const SERVER_IMAGE = `registry.example.com/redis:7.4.2@sha256:${'a'.repeat(64)}`;

/** Every setting of a platform. */
export const allPlatform: Required<RedisPlatform> = {
  namespace: 'platform',
  s3,
  serverImage: SERVER_IMAGE,
  moverImage: `registry.example.com/mover@sha256:${'b'.repeat(64)}`,
  chart: { kind: 'OCIRepository', name: 'redis' },
  values: { metrics: { enabled: true } },
  s3Cidrs: ['192.0.2.0/24'],
  monitoringNamespace: 'monitoring',
};

/** The least that a platform says. */
export const platform: RedisPlatform = {
  s3: {
    endpoint: 'https://s3.example.com',
    region: 'eu-west-1',
    bucketPrefix: 'acme',
    operator: { secretName: 's3-operator' },
  },
};

const source: Required<RestoreSource> = {
  bucket: 'acme-lost-shop',
  endpoint: 'https://s3.example.org',
  region: 'eu-central-1',
  secretName: 'lost-bucket',
};

const restore: Required<Restore> = {
  id: 'after-the-fire',
  from: { time: '2026-01-31T12:00:00Z' },
  source,
  overwrite: true,
};

/** Every field of a spec. */
export const allSpec = {
  redis: {
    image: SERVER_IMAGE,
    memory: '2Gi',
    storage: { size: '8Gi', className: 'fast' },
    tls: { secretName: 'shop-tls' },
    values: { nodeSelector: { disk: 'ssd' } },
  },
  clients: { 'app.kubernetes.io/name': 'shop' },
  bucket: { name: 'acme-shop', requireHardening: true },
  schedule: 'H */2 * * *',
  retention: { last: 5, hourly: 12, daily: 14, weekly: 8, monthly: 12 },
  freshness: '5h',
  suspiciousFall: 50,
  restoreTest: { schedule: '30 3 * * mon', freshness: '8d' },
  reclaimPolicy: 'Delete',
  orphanGrace: '48h',
  restore,
} as const satisfies Required<RedisBackupSpec>;
