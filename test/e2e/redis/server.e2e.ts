import * as fs from 'node:fs';
import { connect } from 'node:tls';
import { CertificateAuthority } from '../../stack/certificates';
import { run, until } from '../../stack/command';
import { temporaryFolder } from '../../support/folder';
import { ChartPod } from './chart-pod';

const folder = temporaryFolder('redis-server');
const pods: ChartPod[] = [];
afterAll(() => Promise.all(pods.map((pod) => pod.down())));

function newPod(tls = false): ChartPod {
  const pod = new ChartPod(fs.mkdtempSync(`${folder}/pod-`), tls);
  pods.push(pod);
  return pod;
}

describe('a server that ends', () => {
  test('keeps what was written a moment ago', async () => {
    const pod = await newPod().up();
    const client = await pod.connect('app', 'app-1');
    await client.ask('SET kept 1');
    await pod.end('redis');
    expect(client.isClosed).toBe(true);
    await pod.startServer();
    const again = await pod.connect('app', 'app-1');
    expect(await again.ask('GET kept')).toBe('1');
    again.close();
  });

  test('by force keeps its last snapshot, and leaves nothing on the volume that would fill it', async () => {
    const pod = await newPod().up();
    const client = await pod.connect('admin', 'admin-1');
    await client.ask('SET kept 1');
    expect(await client.ask('SAVE')).toBe('OK');
    await client.ask('SET lost 1');
    await pod.end('redis', 'SIGKILL');
    fs.writeFileSync(pod.path('data', 'temp-17.rdb'), 'half a snapshot');
    await pod.startServer();
    const again = await pod.connect('admin', 'admin-1');
    expect([await again.ask('GET kept'), await again.ask('GET lost')]).toEqual(['1', '-1']);
    expect(fs.readdirSync(pod.path('data'))).toEqual(['dump.rdb']);
    expect(await again.ask('CONFIG GET save')).toEqual(['save', '60 1']);
    expect(await again.ask('CONFIG GET maxmemory')).toEqual(['maxmemory', String(192 * 2 ** 20)]);
    again.close();
  });
});

describe('the probes', () => {
  test('say of a server that loads that it is alive and not ready', async () => {
    const pod = await newPod().up();
    const client = await pod.connect('admin', 'admin-1');
    const fill = "EVAL \"for i = 1, 4000 do redis.call('SET', 'key:' .. i, string.rep('x', 100)) end\" 0";
    await client.ask(fill);
    await pod.end('redis');
    // Of a fixed size, since the server looks at its connections once in so many bytes.
    await pod.startServer(
      '--rdbcompression',
      'no',
      '--key-load-delay',
      '10000',
      '--loading-process-events-interval-bytes',
      '1024',
    );
    expect([await pod.isAlive(), await pod.isReady()]).toEqual([true, false]);
    const loading = await pod.connect('admin', 'admin-1');
    expect(await loading.ask('CONFIG SET key-load-delay 0')).toBe('OK');
    loading.close();
    await until('it has loaded', 60, () => pod.isReady());
    expect(await pod.takes('app', 'app-1')).toBe(true);
  });

  test('say of a server that hangs that it is neither', async () => {
    const pod = await newPod().up();
    process.kill(pod.pid ?? 0, 'SIGSTOP');
    const probe = ['timeout', '2', '/bin/sh', `${pod.env.CONFIG}/probe.sh`, 'alive'];
    expect((await run(probe, { env: pod.env })).code).not.toBe(0);
    process.kill(pod.pid ?? 0, 'SIGCONT');
    expect(await pod.isReady()).toBe(true);
    await pod.end('redis');
    expect((await pod.script('probe.sh', 'alive')).code).toBe(1);
  });

  test('take no password as an argument', async () => {
    const pod = newPod();
    await pod.init();
    const bin = pod.path('bin');
    fs.mkdirSync(bin);
    for (const name of ['valkey-cli', 'redis-cli']) {
      fs.writeFileSync(`${bin}/${name}`, '#!/bin/sh\necho "$*"\n', { mode: 0o755 });
    }
    const env = { ...pod.env, PATH: `${bin}:${pod.env.PATH}` };
    const { stdout } = await run(['/bin/sh', `${pod.env.CONFIG}/ask.sh`, 'ping'], { env });
    expect(stdout).toBe(`-s ${pod.env.SOCKET} --user fleetwright-pod ping\n`);
  });
});

describe('TLS', () => {
  const authority = async () => {
    const place = fs.mkdtempSync(`${folder}/authority-`);
    return CertificateAuthority.create(place);
  };
  const secretOf = async (from: CertificateAuthority, name: string, host: string) => {
    const { cert, key } = await from.issue(name, { commonName: name, subjectAltNames: [`IP:${host}`] });
    const read = (file: string) => fs.readFileSync(file, 'utf8');
    return { 'tls.crt': read(cert), 'tls.key': read(key), 'ca.crt': read(from.cert) };
  };
  /** The serial number of the certificate that a server shows, if it is one of the authority's. */
  const shown = (host: string, ca: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host, port: 6379, ca }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.once('error', reject);
    });

  test('is all that the server speaks, and a renewed certificate needs no restart', async () => {
    const pod = newPod(true);
    const from = await authority();
    const first = await secretOf(from, 'first', pod.host);
    pod.mount(['tls'], first);
    await pod.up();
    const { pid } = pod;
    const serial = await shown(pod.host, first['ca.crt']);
    await expect(pod.connect('app', 'app-1')).rejects.toThrow('closed');

    const client = connect({ host: pod.host, port: 6379, ca: first['ca.crt'] });
    let said = '';
    client.on('data', (text) => {
      said += text.toString();
    });
    client.write('AUTH app app-1\r\n');
    await until('the app is in', 30, async () => said === '+OK\r\n');

    // A key that does not fit is left, and said.
    const second = await secretOf(from, 'second', pod.host);
    pod.mount(['tls'], { ...second, 'tls.key': first['tls.key'] });
    await until('it is said', 30, async () => /does not take the certificate/.test(pod.logs.watch ?? ''));
    expect(await shown(pod.host, first['ca.crt'])).toBe(serial);
    pod.mount(['tls'], second);
    await until('the new one is shown', 30, async () => (await shown(pod.host, first['ca.crt'])) !== serial);
    expect(pod.pid).toBe(pid);
    client.write('PING\r\n');
    await until('who was in still is', 30, async () => said.endsWith('+PONG\r\n'));
    client.destroy();
  });

  test.each(['tls.crt', 'tls.key', 'ca.crt'])('a Secret without %s is refused', async (key) => {
    const pod = newPod(true);
    const secret: Record<string, string> = await secretOf(await authority(), 'one', pod.host);
    delete secret[key];
    pod.mount(['tls'], secret);
    await pod.init();
    const { code, stderr } = await pod.script('start.sh');
    expect([code, stderr]).toEqual([
      1,
      `the Secret for TLS has no key ${key}, or an empty one; it needs tls.crt, tls.key and ca.crt\n`,
    ]);
  });
});
