import { Reference, type ReferenceCluster } from './live/reference';
import { endStacks } from './run-folder';
import { S3_ACCOUNT } from './s3';

const USAGE = `Usage: npm run stack [-- --down]

Starts the reference fleet on real servers and prints how to reach them: the management cluster, with Cluster API, and
two others, one of them with a node; Flux on each; a git server, a registry, an S3 server, and moto in place of AWS.
Ctrl-C ends it.
  --down   end such stacks from elsewhere, also one whose own process was killed
`;

async function down(): Promise<void> {
  const count = await endStacks();
  process.stdout.write(`Ended ${count} stack(s).\n`);
}

async function up(): Promise<void> {
  const began = Date.now();
  const interrupted = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
    // The test that started it is gone.
    process.once('disconnect', () => resolve());
  });
  const reference = await Reference.start();
  reference.fleet.stack.stay();
  try {
    const clusters = await Promise.race([reference.startClusters(), interrupted]);
    if (!clusters) return;
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stdout.write(`${describe(reference, clusters)}\nUp in ${seconds} s. Ctrl-C ends it.\n`);
    const alive = setInterval(() => {}, 60_000);
    const [hub] = clusters as [ReferenceCluster];
    await Promise.race([reference.installProviders(hub), interrupted]);
    await interrupted;
    clearInterval(alive);
  } finally {
    await reference.fleet.stop();
  }
}

function describe(
  { fleet, shared: { registry, s3, aws } }: Reference,
  clusters: readonly ReferenceCluster[],
): string {
  const { network } = fleet.stack;
  const ofCluster = ({ server: { name, url, kubeconfig, kubectl }, what }: ReferenceCluster) => [
    `${name}: ${what}`,
    `  at ${url}, kubeconfig ${kubeconfig}`,
    `  KUBECONFIG=${kubeconfig} ${kubectl.command(['get', 'kustomizations', '--all-namespaces']).join(' ')}`,
  ];
  const { accessKey, secretKey } = S3_ACCOUNT;
  return [
    ...clusters.flatMap((cluster) => ['', ...ofCluster(cluster)]),
    '',
    `git server: ${fleet.url}, work tree ${fleet.repository.folder}`,
    '  what is committed and pushed there, the clusters have ten seconds later',
    `registry: ${registry.address}`,
    `S3 server: ${s3.url}, access key '${accessKey}', secret key '${secretKey}'`,
    `moto, in place of AWS: ${aws.url}, region ${aws.region}`,
    `a shell where all of these are: ${network.inside(['bash']).join(' ')}`,
  ].join('\n');
}

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) return up();
  if (args.length === 1 && args[0] === '--down') return down();
  process.stdout.write(USAGE);
  process.exitCode = args.includes('--help') ? 0 : 2;
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
