import { openingLabels } from '../../../../constructs/redis-backup/restore';
import { reportOf } from '../../../../operator/redis-backup/restore/report';
import { type StagePod, viewOf } from '../../../../operator/redis-backup/restore/view';

const facts = { restore: { id: 'a' } };
const now = new Date('2026-01-31T12:00:00Z');
const metadata = { name: 'x', namespace: 'shop', uid: '1', resourceVersion: '1', creationTimestamp: '' };
const jobWith = (...types: string[]) => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata },
  status: { conditions: types.map((type) => ({ type, status: 'True', message: 'said' })) },
});

function pod(end?: string, lostPods = 0): StagePod {
  const labels = openingLabels({ ...facts, lostPods });
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', spec: { nodeName: 'node-1' }, status: { phase: 'Running' } },
    metadata: { ...metadata, labels, deletionTimestamp: end },
  };
}

const LONG_AGO = '2026-01-31T11:50:00Z';
const failing = jobWith('FailureTarget');

test.each([
  ['no Job', undefined, [], 'none'],
  ['a Job without a pod', jobWith(), [], 'running'],
  ['a pod that runs', jobWith(), [pod()], 'running'],
  ['a pod that outlives its Job', undefined, [pod()], 'ending'],
  ['a pod within its grace', failing, [pod('2026-01-31T12:00:10Z')], 'running'],
  ['a slow kubelet', failing, [pod('2026-01-31T11:59:00Z')], 'running'],
  ['a lost node', failing, [pod(LONG_AGO)], 'lost'],
  ['a lost node, as older clusters say it', jobWith('Failed'), [pod(LONG_AGO)], 'lost'],
  ['a lost node, the Job removed', undefined, [pod(LONG_AGO)], 'lost'],
] as const)('%s is %4$s', (_, job, pods, state) => {
  expect(viewOf('run', job, pods, facts, now).state).toBe(state);
});

test('a lost pod is named with its node and the command, and counts no more once it is cut off', () => {
  const pods = [pod(LONG_AGO)];
  const { report } = viewOf('run', failing, pods, facts, now);
  expect(report?.message).toMatch(/^pod shop\/x on node node-1 .* kubectl delete node node-1$/);
  const after = { ...facts, lostPods: 1 };
  expect(viewOf('run', failing, pods, after, now)).toEqual({ state: 'ended', report });
  expect(viewOf('run', undefined, pods, after, now)).toEqual({ state: 'none' });
  expect(viewOf('run', failing, [...pods, pod(undefined, 1)], after, now).state).toBe('running');
});

test('a lost pod of a backup, which cannot change the server, leaves its place to the next', () => {
  expect(viewOf('backup', jobWith(), [pod(LONG_AGO)], facts, now).state).toBe('running');
  expect(viewOf('backup', failing, [pod(LONG_AGO)], facts, now).state).toBe('ended');
});

function ended(name: string, exitCode: number, reason?: string) {
  const status = { name, state: { terminated: { exitCode, reason, message: `${name} said` } } };
  return name === 'inspect' || name === 'restore'
    ? { containerStatuses: [status] }
    : { initContainerStatuses: [status] };
}

test.each([
  ['check', 'check', 1, undefined, 'refused', /^check said$/],
  ['check', 'check', 137, 'Error', 'failed', /check said/],
  ['check', 'check', 143, undefined, 'failed', /check said/],
  ['check', 'check', 137, 'OOMKilled', 'refused', /raise redis.memory/],
  ['check', 'inspect', 137, 'OOMKilled', 'refused', /inspect ran out .* raise redis.memory/],
  ['check', 'inspect', 137, 'Error', 'failed', /inspect said/],
  ['check', 'fetch', 137, 'OOMKilled', 'failed', /not the data/],
  ['check', 'fetch', 2, undefined, 'refused', /^fetch said$/],
  ['check', 'fetch', 1, undefined, 'failed', /fetch said/],
  ['run', 'fetch', 2, undefined, 'untouched', /fetch said/],
  ['run', 'restore', 137, 'OOMKilled', 'failed', /raise redis.memory/],
] as const)('at %s, %s ended with %i (%s): %s', (stage, name, code, reason, result, message) => {
  expect(reportOf(stage, ended(name, code, reason))).toEqual({
    result,
    message: expect.stringMatching(message),
  });
});
