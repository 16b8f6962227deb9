import type { RedisPlatform } from '../constructs';

/** What every Redis bundle of the fleet shares; apps cannot change it. */
export const redisPlatform: RedisPlatform = {
  s3: {
    region: 'eu-central-1',
    bucketPrefix: 'example-fleet',
    operator: { secretName: 'fleetwright-s3' },
    jobSecrets: { backup: 'fleetwright-s3-backup', restoreTest: 'fleetwright-s3-restore-test' },
  },
  monitoringNamespace: 'monitoring',
};
