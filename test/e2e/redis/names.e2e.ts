import { randomInt } from 'node:crypto';
import { bucketName } from '../../../constructs/redis-backup/identity';
import { pick, randomFrom } from '../drift/edits';
import { count, figure } from '../figures';

/**
 * Whether S3 takes a name, by its rules for general purpose buckets.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function isTaken(bucket: string): boolean {
  const reserved = ['xn--', 'sthree-', 'amzn-s3-demo-'].some((prefix) => bucket.startsWith(prefix));
  const endings = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3', '-an'];
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) &&
    !bucket.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(bucket) &&
    !reserved &&
    !endings.some((ending) => bucket.endsWith(ending))
  );
}

test("S3's rules refuse what S3 refuses", () => {
  const refused = [
    ...['ab', 'a'.repeat(64), 'Acme', 'acme_cart', '-acme', 'acme-', '.acme', 'acme..cart', '10.0.0.1'],
    ...['xn--acme', 'sthree-acme', 'amzn-s3-demo-acme', 'acme-s3alias', 'acme--ol-s3', 'acme.mrap'],
    ...['acme--x-s3', 'acme--table-s3', 'acme-an'],
  ];
  expect(refused.filter(isTaken)).toEqual([]);
  expect(['abc', 'a'.repeat(63), 'acme-prod-shop-cart-0123456789abcdef'].filter(isTaken)).toHaveLength(3);
});

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
    if (!isTaken(bucket)) invalid.push(`${triple}: ${bucket}`);
  }
  expect(invalid).toEqual([]);
  expect(buckets.size).toBe(total);
  figure('bundles of which no two share a bucket', total.toLocaleString('en'));
});
