import { readRequest } from '../../../operator/requests/request';

test.each(['true', ' true\n', '{}'])('%j asks for the defaults', (written) => {
  expect(readRequest(written)).toEqual({ spec: {} });
});

test('an object sets fields of the spec', () => {
  const spec = { redis: { memory: '512Mi', storage: { size: '2Gi' } }, reclaimPolicy: 'Delete' };
  expect(readRequest(JSON.stringify(spec))).toEqual({ spec });
});

test.each([
  ['', /is no JSON.*write "true", or an object/],
  ['yes', /is no JSON/],
  ['{"redis": {"memory": "512Mi"}', /is no JSON/],
  ['false', /is no object/],
  ['null', /is no object/],
  [
    '"true"',
    /the value \("true"\) is no object; it is quoted twice: leave out the inner quotes, and write "true"/,
  ],
  ['[]', /is no object/],
  ['{"shedule": "H * * * *"}', /shedule.*is no field here.*did you mean "schedule"/],
  ['{"redis": {"memory": 512}}', /redis.memory \(512\) is no string/],
  ['{"redis": {"memory": "lots"}}', /redis.memory \("lots"\).*such as 512Mi/],
  ['{"redis": {"memory": "2Gi"}}', /redis.storage.size.*twice the memory/],
  ['{"schedule": "often"}', /schedule.*cron has five.*write minute, hour/],
  ['{"redis": {"image": "evil"}}', /redis.image cannot be set by annotation; leave it out/],
  ['{"redis": {"values": null}}', /redis.values cannot be set by annotation/],
  ['{"bucket": {"name": "theirs"}}', /bucket cannot be set by annotation/],
  ['{"restore": {"id": "x"}}', /restore cannot be set by annotation.*write a RedisBackup/],
  ['{"__proto__": {"a": 1}}', /__proto__.*is no field here/],
])('%s is refused with field and remedy', (written, refusal) => {
  expect(readRequest(written)).toEqual({ refusal: expect.stringMatching(refusal) });
});

test('several mistakes are told at once', () => {
  const { refusal = '' } = readRequest('{"bucket": {}, "freshness": "soon", "retention": {"last": 0}}') as {
    refusal?: string;
  };
  for (const field of ['bucket', 'freshness', 'retention.last']) expect(refusal).toContain(field);
});
