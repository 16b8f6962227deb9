import type { RedisPlatform } from '../constructs';

/** What every Redis bundle of the fleet shares; apps cannot change it. */
export const redisPlatform: RedisPlatform = {
  s3: {
    region: 'eu-central-1',
    bucketPrefix: 'example-fleet',
    operator: { secretName: 'fleetwright-s3' },
  },
  monitoringNamespace: 'monitoring',
};
