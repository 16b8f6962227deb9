import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from './command';
import { identify } from './identity';
import { Processes } from './processes';
import { RunFolder } from './run-folder';

// Processes are told apart by /proc.
const describeLinux = process.platform === 'linux' ? describe : describe.skip;

const network = {
  host: '127.0.0.1',
  inside: (command: readonly string[]) => [...command],
  port: async () => 1,
  close: async () => {},
};

describeLinux('a process', () => {
  const before = process.env.FLEETWRIGHT_CACHE;
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'fleetwright-processes-'));
    process.env.FLEETWRIGHT_CACHE = scratch;
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true, force: true });
    if (before === undefined) delete process.env.FLEETWRIGHT_CACHE;
    else process.env.FLEETWRIGHT_CACHE = before;
  });

  test('that starts while its run ends is ended, and the next one refused', async () => {
    const run = RunFolder.create();
    const processes = new Processes(run, network);
    const pid = path.join(scratch, 'pid');
    const sleeper = { name: 'sleeper', command: ['sh', '-c', `echo $$ > ${pid} && exec sleep 60`], port: 1 };
    const starting = processes.start(sleeper);
    await Promise.all([run.remove(), expect(starting).rejects.toThrow('sleeper is not started any more')]);
    await until(
      'it is gone',
      20,
      async () => !existsSync(pid) || !identify(Number(readFileSync(pid, 'utf8'))),
    );
    await expect(processes.start(sleeper)).rejects.toThrow('its run ends');
  });

  test('belongs to its cluster, and not to one whose name begins alike', async () => {
    const run = RunFolder.create();
    const processes = new Processes(run, network);
    const server = createServer().listen(0, network.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const cluster of ['prod', 'prod-eu']) {
      await processes.start({ name: `${cluster}-api`, cluster, command: ['sleep', '60'], port });
    }
    await run.remove();
    server.close();
    expect(processes.ofCluster('prod')).toEqual(['prod-api']);
  });
});
