import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Api } from '../../../operator/kit';
import { redisBackups } from '../../../operator/redis-backup/hook';
import { clusterUid } from '../../../operator/redis-backup/settings';
import { s3Client } from '../../../operator/s3/client';
import { CERTAIN, historyOf, type Step } from './histories';
import { Buckets, type Count } from './history-buckets';
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

/** What was lived through: steps, and what became of the buckets, as S3 has them. */
export interface HistoriesOutcome extends Count {
  readonly steps: number;
}

const AT_ONCE = 6;

/** The name of a bucket whose parts are short, as docs/redis-platform.md has it, by a hand of its own. */
function bucketNameOf(parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${parts.join('-')}-${hash.slice(0, 16)}`;
}

async function worldsOf(seed: number, settings: HistoriesSettings, buckets: Buckets): Promise<World[]> {
  const { clusters, cluster, prefix } = settings;
  const namespace = `history-${seed}`;
  const bucketOf = (name: string) => bucketNameOf([prefix, cluster, namespace, name]);
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
async function live(
  seed: number,
  settings: HistoriesSettings,
  begin: readonly Step[],
): Promise<HistoriesOutcome> {
  const buckets = new Buckets(s3Client(settings.s3));
  const worlds = await worldsOf(seed, settings, buckets);
  const histories = worlds.map((_, i) => [...(i === 0 ? begin : []), ...historyOf(seed * worlds.length + i)]);
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
  return { steps: histories.flat().length, ...buckets.count };
}

async function main(): Promise<void> {
  const [file = '', first = '1', count = '1'] = process.argv.slice(2);
  const settings = JSON.parse(readFileSync(file, 'utf8')) as HistoriesSettings;
  const seeds = Array.from({ length: Number(count) }, (_, i) => Number(first) + i).values();
  const outcomes: HistoriesOutcome[] = [];
  const worker = async () => {
    for (const seed of seeds)
      outcomes.push(await live(seed, settings, seed === Number(first) ? CERTAIN : []));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const sum = (of: keyof HistoriesOutcome) => outcomes.reduce((all, outcome) => all + outcome[of], 0);
  const whole = { steps: sum('steps'), made: sum('made'), deleted: sum('deleted'), kept: sum('kept') };
  process.stdout.write(`${JSON.stringify(whole)}\n`);
  process.exit(0);
}

void main();
