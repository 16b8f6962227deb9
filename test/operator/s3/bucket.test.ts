import { ensureBucket } from '../../../operator/s3/bucket';
import { bucketInMemory } from './memory';

const identity = { cluster: 'prod', clusterUid: 'uid-2', namespace: 'shop', name: 'cart' };
const tags = (clusterUid: string) => ({
  'fleetwright.dev/cluster': 'prod',
  'fleetwright.dev/cluster-uid': clusterUid,
  'fleetwright.dev/namespace': 'shop',
  'fleetwright.dev/name': 'cart',
});

test.each([undefined, 'uid-0'])(
  'one of a lost cluster is refused, with what to write to adopt it (%s)',
  async (adoptFrom) => {
    const access = bucketInMemory('acme-prod-shop-cart', { tags: tags('uid-1') });
    await expect(
      ensureBucket({ ...access, identity, recorded: true, requireHardening: false, adoptFrom }),
    ).rejects.toMatchObject({
      reason: 'WrongCluster',
      remedy: expect.stringContaining('the annotation `fleetwright.dev/adopt-bucket: uid-1`'),
    });
  },
);
