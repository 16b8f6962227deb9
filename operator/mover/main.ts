import { ensureBucket } from '../s3/bucket';
import { s3Client, settingsFromEnv } from '../s3/client';
import { type MoverArgs, parseMoverArgs } from './args';
import { backup } from './backup';
import { fetch } from './fetch';
import { exitCodeOf, reasonOf, writeTermination } from './outcome';
import { prove } from './prove';

/*
 * Moves bytes between a folder and a bucket, as the container of a job:
 *
 *   mover VERB --bucket=B [--path-style] --cluster=C --namespace=N --name=X [--work=/work]
 *
 * docs/redis-platform.md, "The mover", has the verbs, what they read and write, and the exit codes.
 */

/** The UID that a bucket is tagged with when no operator could look up that of the cluster. */
const UNKNOWN_UID = 'unknown';

async function run(args: MoverArgs, signal: AbortSignal): Promise<object> {
  const client = s3Client(settingsFromEnv(process.env, args.pathStyle));
  const access = { client, bucket: args.bucket, signal };
  switch (args.verb) {
    case 'backup': {
      const { key, suspicious } = await backup(access, args);
      return { key, suspicious };
    }
    case 'fetch':
      return { key: (await fetch(access, args)).key };
    case 'prove':
      return { proof: (await prove(access, args)).id };
    case 'bucket': {
      const { cluster, clusterUid = UNKNOWN_UID, namespace, name, requireHardening } = args;
      const identity = { cluster, clusterUid, namespace, name };
      // Its name is in the object that starts this.
      return ensureBucket({ ...access, identity, recorded: true, requireHardening });
    }
  }
}

async function main(): Promise<void> {
  const end = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => end.abort(new Error(`ended by ${name}`)));
  }
  const done = JSON.stringify(await run(parseMoverArgs(process.argv.slice(2)), end.signal));
  writeTermination(done);
  console.log(done);
}

main().catch((error: unknown) => {
  const reason = `mover: ${reasonOf(error)}`;
  writeTermination(reason);
  console.error(reason);
  process.exitCode = exitCodeOf(error);
});
