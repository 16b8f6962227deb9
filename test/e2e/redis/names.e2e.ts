import { randomInt } from 'node:crypto';
import { checkBucketName } from '../../../constructs/redis-backup/check';
import { bucketName } from '../../../constructs/redis-backup/identity';
import { pick, randomFrom } from '../drift/edits';
import { count, figure } from '../figures';

test('no two bundles share a bucket, and S3 takes the name of each', () => {
  const seed = Number(process.env.FLEETWRIGHT_SEED ?? randomInt(1_000_000));
  process.stdout.write(`names: FLEETWRIGHT_SEED=${seed}\n`);
  const random = randomFrom(seed);
  // Few words and many joints: where one part ends and the next begins is all that tells many of them apart.
  const words = ['a', 'b', 'shop', 'prod', 'eu', 'x--s3', 'xn', '0', 'cart'.repeat(8)];
  const label = () => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random, words));
    return parts
      .join(pick(random, ['-', '-', '--', '']) as string)
      .slice(0, 63)
      .replace(/-+$/, '');
  };
  const total = count(200_000, 1_000_000);
  const [triples, buckets] = [new Set<string>(), new Set<string>()];
  const invalid: string[] = [];
  while (triples.size < total) {
    const [cluster, namespace, name] = [label(), label(), label()];
    const triple = `${cluster}/${namespace}/${name}`;
    if (triples.has(triple)) continue;
    triples.add(triple);
    const bucket = bucketName({ prefix: 'acme', cluster, namespace, name });
    buckets.add(bucket);
    if (checkBucketName('', '', bucket).length > 0) invalid.push(`${triple}: ${bucket}`);
  }
  expect(invalid).toEqual([]);
  expect(buckets.size).toBe(total);
  figure('bundles of which no two share a bucket', total.toLocaleString('en'));
});
