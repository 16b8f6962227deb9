import { readFileSync } from 'node:fs';
import { bucketName } from '../../../constructs/redis-backup/identity';
import { Api } from '../../../operator/kit';
import { redisBackups } from '../../../operator/redis-backup/hook';
import { clusterUid } from '../../../operator/redis-backup/settings';
import { s3Client } from '../../../operator/s3/client';
import { historyOf } from './histories';
import { Buckets } from './history-buckets';
import { People, type PeopleProps } from './history-people';
import { World } from './history-world';

/*
 * Lives through histories where API servers and S3 can be reached: `histories-main.ts FILE FIRST COUNT`. It prints a
 * line for each that went wrong, with its seed.
 */

/** What FILE says. */
export interface HistoriesSettings {
  readonly clusters: readonly (PeopleProps & { readonly operatorToken: string })[];
  /** The name that they all have. */
  readonly cluster: string;
  readonly prefix: string;
  /** Who may do everything on S3. */
  readonly s3: Parameters<typeof s3Client>[0];
}

const AT_ONCE = 6;

async function worldsOf(seed: number, settings: HistoriesSettings): Promise<World[]> {
  const { clusters, cluster, prefix, s3 } = settings;
  const namespace = `history-${seed}`;
  const buckets = new Buckets(s3Client(s3));
  const bucketOf = (name: string) => bucketName({ prefix, cluster, namespace, name });
  return Promise.all(
    clusters.map(async ({ operatorToken: token, ...admin }) => {
      const api = (manager: string) => Api.of({ ...admin, token, manager });
      const uid = await clusterUid(api('redis-backup'));
      const storage = { hook: redisBackups(), api: api('redis-backup'), buckets, cluster: uid, bucketOf };
      return new World(namespace, new People(namespace, admin), api('requests'), storage);
    }),
  );
}

/** One history for each cluster, in turns: what is in S3 is then known to be of the one whose turn it was. */
async function live(seed: number, settings: HistoriesSettings): Promise<number> {
  const worlds = await worldsOf(seed, settings);
  const histories = worlds.map((_, i) => historyOf(seed * worlds.length + i));
  const wrongs: string[] = [];
  try {
    for (const world of worlds) await world.begin();
    for (let i = 0; i < Math.max(...histories.map(({ length }) => length)); i++) {
      for (const [w, world] of worlds.entries()) {
        const step = histories[w]?.[i];
        if (step) await world.take(step);
      }
    }
    for (const world of worlds) await world.end();
  } catch (error) {
    wrongs.push((error as Error).message);
  }
  wrongs.push(...worlds.flatMap((world, i) => world.wrongs.map((wrong) => `cluster ${i}: ${wrong}`)));
  if (wrongs.length > 0) {
    process.stdout.write(`seed ${seed}: ${wrongs.join('; ')}\n  ${JSON.stringify(histories)}\n`);
  }
  return histories.flat().length;
}

async function main(): Promise<void> {
  const [file = '', first = '1', count = '1'] = process.argv.slice(2);
  const settings = JSON.parse(readFileSync(file, 'utf8')) as HistoriesSettings;
  const seeds = Array.from({ length: Number(count) }, (_, i) => Number(first) + i).values();
  let steps = 0;
  const worker = async () => {
    for (const seed of seeds) {
      const lived = await live(seed, settings);
      steps += lived;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(`${steps} steps\n`);
  process.exit(0);
}

void main();
