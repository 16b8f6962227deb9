import { readFileSync } from 'node:fs';
import { Api } from '../../../operator/kit';
import { historyOf } from './histories';
import { World } from './history-world';

/*
 * Lives through histories where the API server can be reached: `histories-main.ts FIRST COUNT`. It prints a line for
 * each that went wrong, with its seed.
 */

const AT_ONCE = 8;

async function main(): Promise<void> {
  const [first = 1, count = 1] = process.argv.slice(2).map(Number);
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const { ADMIN_TOKEN = '', FLEETWRIGHT_CA_FILE = '' } = process.env;
  const admin = {
    url: `https://${host}:${port}`,
    token: ADMIN_TOKEN,
    ca: readFileSync(FLEETWRIGHT_CA_FILE, 'utf8'),
  };
  const seeds = Array.from({ length: count }, (_, i) => first + i).values();
  let steps = 0;
  const worker = async () => {
    for (const seed of seeds) {
      const history = historyOf(seed);
      const world = new World(`history-${seed}`, admin, Api.ofPod('requests'));
      await world.live(history).catch((error: Error) => world.wrongs.push(error.message));
      steps += history.length;
      if (world.wrongs.length > 0) {
        process.stdout.write(`seed ${seed}: ${world.wrongs.join('; ')}\n  ${JSON.stringify(history)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(`${steps} steps\n`);
}

void main();
