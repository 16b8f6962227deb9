import { decide, readState, type State } from '../../../operator/restart-on/decide';

const start = Date.parse('2026-03-01T12:00:00Z');

/** A workload that is looked at now and then, and what its objects contain. */
class Workload {
  restarts = 0;
  private written: string | undefined;

  /** Looks at it, so many seconds after the start. */
  look(seconds: number, content: Readonly<Record<string, string | undefined>>, key = 'k1'): this {
    const state = readState(this.written, key);
    const decision = decide(state, key, new Map(Object.entries(content)), new Date(start + seconds * 1000));
    this.written = JSON.stringify(decision.state);
    if (decision.restart) this.restarts++;
    return this;
  }

  get state(): State {
    return JSON.parse(this.written ?? '') as State;
  }
}

const settled = () => new Workload().look(0, { a: '1', b: '1' }).look(20, { a: '1', b: '1' });

test('first sight restarts nothing, nor does what stays the same', () => {
  const workload = settled().look(40, { b: '1', a: '1' }).look(10_000, { a: '1', b: '1' });
  expect(workload.restarts).toBe(0);
  expect(workload.state).toEqual({ v: 1, key: 'k1', has: { a: '1', b: '1' } });
});

test('a change restarts once, when it has stayed for a while', () => {
  const workload = settled().look(40, { a: '2', b: '1' });
  expect(workload.restarts).toBe(0);
  expect(workload.look(45, { a: '2', b: '1' }).restarts).toBe(0);
  expect(workload.look(60, { a: '2', b: '1' }).restarts).toBe(1);
  expect(workload.look(80, { a: '2', b: '1' }).look(9000, { a: '2', b: '1' }).restarts).toBe(1);
});

test('many changes make one restart; what changes all the time, one in five minutes', () => {
  const workload = settled();
  for (let i = 1; i <= 5; i++) workload.look(20 + i * 20, { a: `${i + 1}`, b: `${i}` });
  expect(workload.restarts).toBe(0);
  expect(workload.look(140, { a: '6', b: '5' }).restarts).toBe(1);
  for (let i = 0; i < 45; i++) workload.look(160 + i * 20, { a: `x${i}`, b: '5' });
  expect(workload.restarts).toBe(3);
});

test('a change that is taken back restarts nothing', () => {
  const workload = settled().look(40, { a: '2', b: '1' }).look(60, { a: '1', b: '1' });
  expect(workload.look(80, { a: '1', b: '1' }).restarts).toBe(0);
  expect(workload.state.next).toBeUndefined();
});

test('what is not there is as it was: only other content restarts when it comes back', () => {
  const gone = settled().look(40, { a: undefined, b: '1' }).look(400, { a: undefined, b: '1' });
  expect(gone.look(420, { a: '1', b: '1' }).look(440, { a: '1', b: '1' }).restarts).toBe(0);
  gone.look(460, { a: undefined, b: '1' });
  expect(gone.look(480, { a: '2', b: '1' }).look(500, { a: '2', b: '1' }).restarts).toBe(1);
});

test('what was never there restarts nothing when it appears', () => {
  const workload = new Workload().look(0, { a: undefined }).look(20, { a: '1' }).look(40, { a: '1' });
  expect(workload.restarts).toBe(0);
  expect(workload.look(60, { a: '2' }).look(80, { a: '2' }).restarts).toBe(1);
});

test('what is named newly restarts nothing, and what is no longer named is forgotten', () => {
  const workload = settled().look(40, { a: '1', c: '1' }).look(60, { a: '1', c: '1' });
  expect(workload.state.has).toEqual({ a: '1', c: '1' });
  expect(workload.look(80, { a: '1', b: '9', c: '1' }).look(100, { a: '1', b: '9', c: '1' }).restarts).toBe(
    0,
  );
});

test('another key, another version, or nonsense is first sight', () => {
  const workload = settled().look(40, { a: 'x', b: 'y' }, 'k2').look(60, { a: 'x', b: 'y' }, 'k2');
  expect(workload.restarts).toBe(0);
  for (const written of [
    undefined,
    '',
    'x',
    'null',
    '[]',
    '{"v":2,"key":"k1","has":{}}',
    '{"v":1,"key":"k1"}',
  ]) {
    expect(readState(written, 'k1')).toBeUndefined();
  }
  for (const has of ['null', '[]', '{"a":1}', '"x"']) {
    expect(readState(`{"v":1,"key":"k1","has":${has}}`, 'k1')).toBeUndefined();
  }
});

test('a clock that jumps restarts nothing early', () => {
  const back = settled().look(400, { a: '2', b: '1' }).look(40, { a: '2', b: '1' });
  expect(back.restarts).toBe(0);
  expect(back.look(45, { a: '2', b: '1' }).restarts).toBe(0);
  expect(back.look(60, { a: '2', b: '1' }).restarts).toBe(1);
});
