import path from 'node:path';
import { readDist } from './dist';
import { startFleet } from './fleet';
import { removeLeftovers } from './run-folder';
import { Stack } from './stack';

const USAGE = `Usage: npm run stack [-- --down]

Starts a real API server for each cluster in dist/ and prints how to reach it. Ctrl-C ends it.
  --down   end stacks whose own process was killed`;

async function down(): Promise<void> {
  const count = await removeLeftovers();
  console.log(`Ended ${count} stack(s).`);
}

async function up(): Promise<void> {
  const clusters = readDist(path.resolve('dist'));
  const stack = await Stack.start();
  const interrupted = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
  try {
    const servers = await Promise.race([startFleet(stack, clusters), interrupted]);
    if (!servers) return;
    for (const { name, url, kubeconfig, kubectl } of servers.values()) {
      console.log(`\n${name} at ${url}, kubeconfig ${kubeconfig}`);
      console.log(`  KUBECONFIG=${kubeconfig} ${kubectl.command(['get', 'namespaces']).join(' ')}`);
    }
    console.log('\nCtrl-C ends it.');
    const alive = setInterval(() => {}, 60_000);
    await interrupted;
    clearInterval(alive);
  } finally {
    await stack.stop();
  }
}

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) return up();
  if (args.length === 1 && args[0] === '--down') return down();
  console.log(USAGE);
  process.exitCode = args.includes('--help') ? 0 : 2;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
