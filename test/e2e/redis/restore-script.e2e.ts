import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/folder';
import { count, figure } from '../figures';
import { type Content, contentOf, difference, fill } from './restore/content';
import { type Backup, backUp, Pod } from './restore/pod';
import type { Connection } from './restore/resp';
import { Target } from './restore/target';

const LARGE = 8 * 2 ** 20;

/** The scripts of a restore between real servers, as processes of this machine; the test stands in for the operator and the chart. */
describe('restore into a running server', () => {
  const folder = temporaryFolder('restore');
  let wanted: Backup;
  let wantedContent: Content;
  const targets: Target[] = [];
  let hosts = 1;

  async function start(options: Partial<Target['options']> = {}): Promise<Target> {
    const host = `127.0.78.${hosts++}`;
    const place = path.join(folder, host);
    mkdirSync(place);
    const target = await Target.start({ host, folder: place, ...options });
    targets.push(target);
    return target;
  }
  async function fillTarget(target: Target, tag: string, keys: number, shortLived = 0): Promise<void> {
    const admin = await target.connect('admin');
    await fill(admin, tag, { keys, large: LARGE, shortLived: { keys: shortLived, ms: 4000 } });
    admin.close();
  }
  async function content(target: Target): Promise<Content> {
    const admin = await target.connect('admin');
    const found = await contentOf(admin);
    admin.close();
    return found;
  }
  async function expectSettled(target: Target): Promise<void> {
    expect(await target.ask('role')).toMatch(/^master/);
    await target.lift();
    expect(await Pod.run(target, 'LIFT')).toMatchObject({ result: 'lifted' });
    expect(await target.ask('config', 'get', 'masteruser')).toBe('masteruser,');
    expect(await target.ask('config', 'get', 'masterauth')).toBe('masterauth,');
    const app = await target.connect('app');
    expect(String(await app.ask('set', 'written', 'after'))).toBe('OK');
    app.close();
  }

  beforeAll(async () => {
    const origin = await start();
    await fillTarget(origin, 'wanted', 3000, 500);
    wanted = await backUp(origin);
    wantedContent = await content(origin);
    await origin.stop();
  });
  afterAll(async () => {
    for (const target of targets) await target.stop();
  });

  test.each<[string, Partial<Target['options']>]>([
    ['as the chart has it', {}],
    ['with TLS, and an append-only file', { tls: true, flags: ['--appendonly', 'yes'] }],
  ])('writers write nothing meanwhile and lose nothing, %s', async (_, options) => {
    const target = await start(options);
    await fillTarget(target, 'old', 1000);
    const stop = new AbortController();
    const acknowledged: string[] = [];
    let refused = 0;
    const writer = (async () => {
      let app: Connection | undefined;
      for (let i = 0; !stop.signal.aborted; i++) {
        try {
          app ??= await target.connect('app');
          const reply = await app.tried('set', `live:${i}`, i);
          if (reply instanceof Error) refused++;
          else acknowledged.push(`live:${i}`);
        } catch {
          app = undefined;
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      app?.close();
    })();
    expect(await Pod.run(target, 'INSPECT', {}, wanted)).toMatchObject({
      result: 'fits',
      keys: Number(wanted.keys),
    });
    await target.fence();
    expect(await Pod.run(target, 'FENCE')).toMatchObject({ result: 'fenced', touched: false, empty: false });
    const before = acknowledged.length;
    const safety = await backUp(target);
    const RUN_ID = await target.runId();
    const restored = await Pod.run(target, 'RESTORE', { RUN_ID }, wanted);
    expect(restored).toMatchObject({ result: 'promoted' });
    expect(difference(await content(target), wantedContent)).toEqual([]);
    expect(acknowledged).toHaveLength(before);
    expect(refused).toBeGreaterThan(10);
    await expectSettled(target);
    while (acknowledged.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    await writer;
    // Every write that was confirmed before the fence is in the backup that was taken behind it.
    await target.fence();
    expect(await Pod.run(target, 'RESTORE', { MODE: 'rollback' }, safety)).toMatchObject({
      result: 'rolled-back',
    });
    expect(await target.ask('exists', ...acknowledged.slice(0, before))).toBe(String(before));
    await expectSettled(target);
    await target.ask('config', 'set', 'save', '');
    await target.stop();
    await target.run();
    expect(await target.ask('exists', ...acknowledged.slice(0, before))).toBe(String(before));
    await target.stop();
  });

  test('kill whichever at whatever step: all old or all new, and writable', async () => {
    const kills = count(8, 100);
    const ends: Record<string, number> = {};
    for (let i = 0; i < kills; i++) {
      const seed = {
        victim: ['pod', 'server', 'scratch'][i % 3],
        step: ['Loading', 'Replicating', 'Verifying', 'Promoting'][randomInt(4)] ?? '',
        delay: randomInt(400),
      };
      const target = await start();
      await fillTarget(target, `old${i}`, 1000 + randomInt(2000));
      const old = await content(target);
      // The chart's server takes a snapshot once in a minute, which is of no interest here.
      await target.ask('save');
      await target.fence();
      const safety = await backUp(target);
      const RUN_ID = await target.runId();
      const pod = Pod.start(target, 'RESTORE', { RUN_ID }, wanted);
      await pod.waitFor(seed.step);
      await new Promise((resolve) => setTimeout(resolve, seed.delay));
      if (seed.victim === 'server') {
        await target.stop();
        await target.run();
      } else if (seed.victim === 'pod') await pod.kill();
      else pod.killScratch();
      await pod.ended;
      const result = reportOf(pod);
      if (!['promoted', 'rolled-back', 'untouched'].includes(result)) {
        const look = await Pod.run(target, 'FENCE');
        if (look.touched || look.runId !== RUN_ID) {
          const rolled = await Pod.run(target, 'RESTORE', { MODE: 'rollback' }, safety);
          expect({ seed, rolled }).toMatchObject({ rolled: { result: 'rolled-back' } });
        }
      }
      const now = await content(target);
      const is = (other: Content) => difference(now, other).length === 0;
      const end = is(old) ? 'old' : is(wantedContent) ? 'new' : 'mixed';
      const allowed = result === 'promoted' ? ['new'] : ['old'];
      expect({ seed, result, end, allowed: allowed.includes(end) }).toMatchObject({ allowed: true });
      await expectSettled(target);
      const key = `${seed.victim} ${result} ${end}`;
      ends[key] = (ends[key] ?? 0) + 1;
      await target.stop();
      await target.run();
      await target.ask('del', 'written');
      expect({ seed, end, result, again: difference(await content(target), now) }).toMatchObject({
        again: [],
      });
      await target.stop();
    }
    figure('participants of a restore killed at random', `${kills}: ${JSON.stringify(ends)}`);
  });

  function reportOf(pod: Pod): string {
    try {
      return pod.report().result;
    } catch {
      return 'none';
    }
  }

  test.each<[string, Partial<Target['options']>, Record<string, string>, RegExp]>([
    ['more than maxmemory', { maxmemory: '4mb' }, {}, /raise redis.memory/],
    ['more databases', { flags: ['--databases', '2'] }, {}, /has a database 3/],
    ['data that is not to be replaced', {}, { OVERWRITE: 'false' }, /set restore.overwrite/],
  ])('refuses %s, before anything is touched', async (_, options, env, message) => {
    const target = await start(options);
    await target.ask('set', 'old', 'data');
    const report = await Pod.run(target, 'INSPECT', env, wanted);
    expect(report).toMatchObject({ result: 'refused' });
    expect(report.message).toMatch(message);
    expect(await target.ask('keys', '*')).toBe('old');
    await target.stop();
  });

  test('refuses a dump of a newer server, and one that is not what its manifest says', async () => {
    const target = await start();
    const newer = path.join(folder, 'newer.rdb');
    const bytes = readFileSync(wanted.file);
    writeFileSync(newer, Buffer.concat([Buffer.from('REDIS0099'), bytes.subarray(9)]));
    const reports = [
      await Pod.run(target, 'INSPECT', {}, { ...wanted, file: newer }),
      await Pod.run(target, 'INSPECT', {}, { ...wanted, keys: '12' }),
    ];
    expect(reports.map(({ result }) => result)).toEqual(['refused', 'refused']);
    expect(reports[0]?.message).toMatch(/does not load the backup.*RDB format version 99/);
    expect(reports[1]?.message).toMatch(/its manifest says 12/);
    await target.stop();
  });
});
