import { digestOf } from '../../../cli/push/tar';
import { refuse, registryFixture } from './fixture';

const fixture = registryFixture();
const content = Buffer.from('content');
const digest = digestOf(content);

describe('a repository', () => {
  test('uploads a blob once', async () => {
    await fixture.repository().putBlob(digest, content);
    await fixture.repository().putBlob(digest, content);
    expect(fixture.registry.blobs.get(digest)).toEqual(content);
    expect(fixture.registry.lines).toEqual([
      'HEAD /v2/fleet/prod/blobs/DIGEST',
      'POST /v2/fleet/prod/blobs/uploads/',
      'PUT /v2/fleet/prod/blobs/uploads/one?_state=secret-state&digest=DIGEST',
      'HEAD /v2/fleet/prod/blobs/DIGEST',
    ]);
  });

  test('reads what is there, and knows what is not', async () => {
    const one = fixture.repository();
    expect(await one.manifest('latest')).toBeUndefined();
    expect(await one.blob(digest)).toBeUndefined();
    await one.putManifest('latest', content);
    await one.putBlob(digest, content);
    expect(await one.manifest('latest')).toEqual(content);
    expect(await one.blob(digest)).toEqual(content);
  });

  test.each([408, 429, 500, 502, 503, 504])(
    'tries again after %d, from the start of an upload',
    async (status) => {
      let times = 2;
      fixture.registry.intercept = ({ method }, response) =>
        method === 'PUT' && times-- > 0 && refuse(response, status);
      await fixture.repository().putBlob(digest, content);
      expect(fixture.registry.lines.filter((line) => line.startsWith('POST'))).toHaveLength(3);
      expect(fixture.registry.blobs.get(digest)).toEqual(content);
    },
  );

  test('gives up after four tries, and says what the registry said', async () => {
    fixture.registry.intercept = (_, response) => refuse(response, 503);
    expect(await fixture.problemOf(fixture.repository().manifest('latest'))).toBe(
      '1 problem\n\nGET http://HOST/v2/fleet/prod/manifests/latest [registry-refused]\n  was answered with 503 (SAMPLE, a reason)\n  remedy: see the log of the registry, and push again\n',
    );
    expect(fixture.registry.seen).toHaveLength(4);
  });

  test('waits as long as the registry wants', async () => {
    let times = 1;
    fixture.registry.intercept = (_, response) =>
      times-- > 0 && refuse(response, 429, { 'retry-after': '1' });
    const started = Date.now();
    await fixture.repository().manifest('latest');
    expect(Date.now() - started).toBeGreaterThan(950);
  });

  test.each([
    [404, 'registry-refused', 'make the repository where the registry makes none at the first push'],
    [413, 'registry-refused', 'the artifact is larger than the registry takes'],
    [403, 'registry-login', 'log in with an account that may do this: docker login HOST'],
  ])('does not try again after %d', async (status, code, remedy) => {
    fixture.registry.intercept = ({ method }, response) => method === 'POST' && refuse(response, status);
    const problem = await fixture.problemOf(fixture.repository().putBlob(digest, content));
    expect(problem).toContain(`POST http://HOST/v2/fleet/prod/blobs/uploads/ [${code}]`);
    expect(problem).toContain(`was answered with ${status} (SAMPLE, a reason)\n  remedy: ${remedy}`);
    expect(fixture.registry.lines.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  test('does not print what follows a question mark', async () => {
    fixture.registry.intercept = ({ method }, response) => method === 'PUT' && refuse(response, 400);
    const problem = await fixture.problemOf(fixture.repository().putBlob(digest, content));
    expect(problem).toContain('PUT http://HOST/v2/fleet/prod/blobs/uploads/one [registry-refused]');
    expect(problem).not.toContain('secret-state');
  });

  test('says when nobody answers', async () => {
    const one = fixture.repository(undefined, []);
    const { host } = fixture.registry;
    fixture.registry.stop();
    const error = await one.manifest('latest').catch((reason: unknown) => reason);
    expect((error as Error).message).toContain(
      `GET http://${host}/v2/fleet/prod/manifests/latest [registry-unreachable]\n  got no answer: `,
    );
  });

  test.each(['ftp://elsewhere.example.com/upload', ''])('does not upload to %j', async (location) => {
    fixture.registry.intercept = ({ method }, response) => {
      if (method !== 'POST') return false;
      response.writeHead(202, location ? { location } : {}).end();
      return true;
    };
    expect(await fixture.problemOf(fixture.repository().putBlob(digest, content))).toContain(
      '[registry-location]\n  Location',
    );
  });
});
