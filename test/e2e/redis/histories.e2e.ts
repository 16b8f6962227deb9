import path from 'node:path';
import { run, TYPESCRIPT, until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { SYSTEM, startOperatorProcess } from '../../stack/operator';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { count, figure } from '../figures';
import { account, Cluster, platform } from './workloads';

/** How many histories there are, and with which seed the first; FLEETWRIGHT_SEED repeats one. */
const HISTORIES = count(40, 1000);
const FIRST = Number(process.env.FLEETWRIGHT_SEED ?? Date.now() % 1_000_000_000);

describeStack('random histories of annotated Deployments, on a real API server', () => {
  let stack: Stack;
  let env: Record<string, string>;

  beforeAll(async () => {
    stack = await Stack.start();
    const server = await stack.apiServer('histories');
    await startControllerManager(stack, server, ['--concurrent-namespace-syncs=20']);
    const engine = await startOperatorProcess(stack, server, { platform, account, hooks: [] });
    // The histories run the hooks themselves, each by its own clock.
    await stack.processes.stop(engine.name);
    const cluster = new Cluster(server);
    const subject = { kind: 'ServiceAccount', name: 'people', namespace: SYSTEM };
    await cluster.apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'people', namespace: SYSTEM } },
      {
        ...{
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: 'people' },
        },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [subject],
      },
    );
    const canAll = ['auth', 'can-i', '*', '*', `--as=system:serviceaccount:${SYSTEM}:people`];
    await until('people may do all', 60, async () => (await server.kubectl.run(canAll)).code === 0);
    const token = await server.kubectl.output([
      'create',
      'token',
      'people',
      `--namespace=${SYSTEM}`,
      '--duration=6h',
    ]);
    env = { ...engine.env, PATH: process.env.PATH ?? '', ADMIN_TOKEN: token.trim() };
  });
  afterAll(async () => stack?.stop());

  test('nothing is deleted before its time, and in the end everything is as it is asked for', async () => {
    process.stdout.write(`seed of the first of ${HISTORIES} histories: ${FIRST}\n`);
    const program = [
      ...TYPESCRIPT,
      path.join(__dirname, 'histories-main.ts'),
      String(FIRST),
      String(HISTORIES),
    ];
    const started = Date.now();
    const { code, stdout, stderr } = await run(stack.network.inside(program), { env });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ steps\n$/);
    const seconds = Math.round((Date.now() - started) / 1000);
    figure(
      'random histories of annotated Deployments',
      `${HISTORIES}, ${stdout.trim()} in ${seconds} s, nothing deleted early`,
    );
  });
});
