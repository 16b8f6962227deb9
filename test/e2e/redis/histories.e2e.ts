import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../../stack/api-server';
import { run, TYPESCRIPT, until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { SYSTEM, startOperatorProcess } from '../../stack/operator';
import { S3, S3_ACCOUNT } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeLong } from '../describe-stack';
import { count, figure } from '../figures';
import type { HistoriesOutcome, HistoriesSettings } from './histories-main';
import { addCredentials, PREFIX, platformOf, s3Identities } from './redis-fleet';
import { Cluster } from './workloads';

/** How many seeds there are, each with a history for each of two clusters, and the first; FLEETWRIGHT_SEED repeats one. */
const SEEDS = count(4, 500);
const FIRST = Number(process.env.FLEETWRIGHT_SEED ?? Date.now() % 1_000_000);

/** What no hook has a reason to say: a defect of the program, a right that is missing, an object that is refused. */
const DEFECT =
  /TypeError|ReferenceError|RangeError|SyntaxError|is not a function|of undefined|: 4(00|01|03|22) /;

/** A namespace that ends takes nothing new. */
const ENDING = /because it is being terminated/;

/** In milliseconds. */
const LIMIT = 15 * 60_000 + SEEDS * 60_000;

/** Real API servers, controllers and S3; the histories run the real hooks, each by its own clock. */
describeLong('random histories of two clusters with one name', () => {
  let stack: Stack;
  let env: Record<string, string>;
  let settings: HistoriesSettings;

  /** The token of people, who may do all. */
  const people = async (server: ApiServer): Promise<string> => {
    const group = 'rbac.authorization.k8s.io';
    const metadata = { name: 'people', namespace: SYSTEM };
    await new Cluster(server).apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      {
        ...{ apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'people' } },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', ...metadata }],
      },
    );
    const canAll = ['auth', 'can-i', '*', '*', `--as=system:serviceaccount:${SYSTEM}:people`];
    await until('people may do all', 60, async () => (await server.kubectl.run(canAll)).code === 0);
    const token = ['create', 'token', 'people', `--namespace=${SYSTEM}`, '--duration=12h'];
    return (await server.kubectl.output(token)).trim();
  };

  beforeAll(async () => {
    stack = await Stack.start();
    const s3 = await S3.start(stack, 's3', { tls: true });
    const identities = await s3Identities(s3);
    const platform = await platformOf(s3);
    const clusters: HistoriesSettings['clusters'][number][] = [];
    for (const name of ['edge', 'again']) {
      const server = await stack.apiServer(name);
      await startControllerManager(stack, server, ['--concurrent-namespace-syncs=20']);
      const operator = { platform, account: identities.operator, hooks: [] };
      const engine = await startOperatorProcess(stack, server, operator);
      await stack.processes.stop(engine.name);
      await addCredentials(server, identities);
      env = { ...engine.env, PATH: process.env.PATH ?? '', FLEETWRIGHT_CLUSTER: 'edge' };
      clusters.push({
        ...{ url: server.url, token: await people(server) },
        ca: readFileSync(server.authority.cert, 'utf8'),
        operatorToken: readFileSync(engine.env.FLEETWRIGHT_TOKEN_FILE ?? '', 'utf8'),
      });
    }
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = S3_ACCOUNT;
    const keys = { accessKeyId, secretAccessKey };
    settings = { clusters, cluster: 'edge', prefix: PREFIX, s3: { ...platform.s3, keys } };
  });
  afterAll(async () => stack?.stop());

  test(
    'nothing is deleted that its policy did not allow, nor early, and in the end all is as asked for',
    async () => {
      process.stdout.write(`histories: FLEETWRIGHT_SEED=${FIRST}\n`);
      const file = stack.path('histories.json');
      writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
      const script = path.join(__dirname, 'histories-main.ts');
      const started = Date.now();
      const program = [...TYPESCRIPT, script, file, `${FIRST}`, `${SEEDS}`];
      const { code, stdout, stderr } = await run(stack.network.inside(program), {
        env: { ...env, NODE_NO_WARNINGS: '1' },
      });
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const said = stderr.split('\n').filter(Boolean);
      process.stdout.write(`histories: the hooks said ${said.length} lines: ${said.slice(-5).join('\n')}\n`);
      expect(said.filter((line) => DEFECT.test(line) && !ENDING.test(line))).toEqual([]);
      // Anything else is what went wrong.
      expect(stdout).toMatch(/^\{"steps":.*\}\n$/);
      const { steps, made, deleted, kept } = JSON.parse(stdout) as HistoriesOutcome;
      expect([made, deleted, kept].every((buckets) => buckets > 0)).toBe(true);
      expect(deleted + kept).toBe(made);
      const seconds = Math.round((Date.now() - started) / 1000);
      const what = 'random histories of annotated Deployments, two to a seed, on two clusters with one name';
      const buckets = `${made} buckets made, ${deleted} deleted, ${kept} kept`;
      const held = 'nothing deleted early or against its policy';
      figure(what, `${SEEDS * 2}, ${steps} steps, ${buckets}, in ${seconds} s: ${held}`);
    },
    LIMIT,
  );
});
