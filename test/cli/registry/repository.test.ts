import type { ServerResponse } from 'node:http';
import { digestOf } from '../../../cli/push/tar';
import { Access } from '../../../cli/registry/access';
import type { Credentials } from '../../../cli/registry/credentials';
import { Repository } from '../../../cli/registry/repository';
import { FleetError } from '../../../constructs';
import { FakeRegistry } from './fake-registry';

let registry: FakeRegistry;
beforeEach(async () => {
  registry = new FakeRegistry();
  await registry.start();
});
afterEach(() => registry.stop());

/** A repository of the fake registry, without waits between tries. */
function repository(credentials?: Credentials, delays: readonly number[] = [0, 0, 0]): Repository {
  const origin = `http://${registry.host}`;
  return new Repository(new Access(origin, credentials), origin, 'fleet/prod', 'pull,push', delays);
}

const content = Buffer.from('content');
const digest = digestOf(content);

async function problemOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((reason: unknown) => reason);
  if (error instanceof FleetError) return error.message.replaceAll(registry.host, 'HOST');
  throw error;
}

const refuse = (response: ServerResponse, status: number, headers = {}) => {
  const body = JSON.stringify({ errors: [{ code: 'SAMPLE', message: 'a reason' }] });
  response.writeHead(status, headers).end(body);
  return true;
};

describe('a repository', () => {
  test('uploads a blob once', async () => {
    await repository().putBlob(digest, content);
    await repository().putBlob(digest, content);
    expect(registry.blobs.get(digest)).toEqual(content);
    expect(registry.lines).toEqual([
      'HEAD /v2/fleet/prod/blobs/DIGEST',
      'POST /v2/fleet/prod/blobs/uploads/',
      'PUT /v2/fleet/prod/blobs/uploads/one?_state=secret-state&digest=DIGEST',
      'HEAD /v2/fleet/prod/blobs/DIGEST',
    ]);
  });

  test('reads what is there, and knows what is not', async () => {
    const one = repository();
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
      registry.intercept = ({ method }, response) =>
        method === 'PUT' && times-- > 0 && refuse(response, status);
      await repository().putBlob(digest, content);
      expect(registry.lines.filter((line) => line.startsWith('POST'))).toHaveLength(3);
      expect(registry.blobs.get(digest)).toEqual(content);
    },
  );

  test('gives up after four tries, and says what the registry said', async () => {
    registry.intercept = (_, response) => refuse(response, 503);
    expect(await problemOf(repository().manifest('latest'))).toBe(
      '1 problem\n\nGET http://HOST/v2/fleet/prod/manifests/latest [registry-refused]\n  was answered with 503 (SAMPLE, a reason)\n  remedy: see the log of the registry, and push again\n',
    );
    expect(registry.seen).toHaveLength(4);
  });

  test('waits as long as the registry wants', async () => {
    let times = 1;
    registry.intercept = (_, response) => times-- > 0 && refuse(response, 429, { 'retry-after': '1' });
    const started = Date.now();
    await repository().manifest('latest');
    expect(Date.now() - started).toBeGreaterThan(950);
  });

  test.each([
    [404, 'registry-refused', 'make the repository where the registry makes none at the first push'],
    [413, 'registry-refused', 'the artifact is larger than the registry takes'],
    [403, 'registry-login', 'log in with an account that may do this: docker login HOST'],
  ])('does not try again after %d', async (status, code, remedy) => {
    registry.intercept = ({ method }, response) => method === 'POST' && refuse(response, status);
    const problem = await problemOf(repository().putBlob(digest, content));
    expect(problem).toContain(`POST http://HOST/v2/fleet/prod/blobs/uploads/ [${code}]`);
    expect(problem).toContain(`was answered with ${status} (SAMPLE, a reason)\n  remedy: ${remedy}`);
    expect(registry.lines.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  test('does not print what follows a question mark', async () => {
    registry.intercept = ({ method }, response) => method === 'PUT' && refuse(response, 400);
    const problem = await problemOf(repository().putBlob(digest, content));
    expect(problem).toContain('PUT http://HOST/v2/fleet/prod/blobs/uploads/one [registry-refused]');
    expect(problem).not.toContain('secret-state');
  });

  test('says when nobody answers', async () => {
    const one = repository(undefined, []);
    const { host } = registry;
    registry.stop();
    const error = await one.manifest('latest').catch((reason: unknown) => reason);
    expect((error as Error).message).toContain(
      `GET http://${host}/v2/fleet/prod/manifests/latest [registry-unreachable]\n  got no answer: `,
    );
  });

  test.each(['ftp://elsewhere.example.com/upload', ''])('does not upload to %j', async (location) => {
    registry.intercept = ({ method }, response) => {
      if (method !== 'POST') return false;
      response.writeHead(202, location ? { location } : {}).end();
      return true;
    };
    expect(await problemOf(repository().putBlob(digest, content))).toContain(
      '[registry-location]\n  Location',
    );
  });
});
