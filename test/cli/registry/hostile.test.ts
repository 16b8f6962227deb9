import type { ServerResponse } from 'node:http';
import { digestOf } from '../../../cli/push/tar';
import { refuse, registryFixture } from './fixture';

const fixture = registryFixture();
const content = Buffer.from('content');
const digest = digestOf(content);
const USER = { username: 'ci', password: 'word' };
const lead = (response: ServerResponse, status: number, location: string) => {
  response.writeHead(status, { location }).end();
  return true;
};

/** The registry asks for a token, which is bought at a path that the function answers. */
function sell(answer: (response: ServerResponse) => unknown): void {
  fixture.registry.intercept = ({ path, authorization }, response) => {
    if (path.startsWith('/token')) {
      answer(response);
      return true;
    }
    const challenge = `Bearer realm="http://${fixture.registry.host}/token",service="sample"`;
    return authorization === undefined && refuse(response, 401, { 'www-authenticate': challenge });
  };
}

describe('a token service', () => {
  test.each(['se\ncret', 'se cret', 'secrét', '\u{1f511}secret'])(
    'whose token is %j is a problem that does not repeat it, and is asked once',
    async (token) => {
      sell((response) => response.end(JSON.stringify({ token })));
      expect(await fixture.problemOf(fixture.repository().manifest('latest'))).toBe(
        '1 problem\n\nGET http://HOST/token [registry-credentials]\n  was answered with a token that has characters which no header can hold\n  remedy: see the log of the token service, and push again\n',
      );
      expect(fixture.registry.seen).toHaveLength(2);
      expect(fixture.stderr).toBe('');
    },
  );

  test.each([
    ['an identity token', { identityToken: 'one' }, 'POST'],
    ['a name and password', USER, 'GET'],
  ])('that leads to another host is shown %s alone', async (_, credentials, method) => {
    const other = await fixture.another();
    sell((response) => lead(response, 307, `http://ci:word@${other.host}/token?secret=state`));
    const problem = await fixture.problemOf(fixture.repository(credentials).manifest('latest'));
    expect(problem.replaceAll(other.host, 'OTHER')).toBe(
      `1 problem\n\n${method} http://HOST/token [registry-redirect]\n  Location is "http://OTHER/token": is where an answer of 307 leads, and a login or an upload is sent to nobody else\n  remedy: use the address that it leads to, if that is right: else correct the registry\n`,
    );
    expect(other.seen).toEqual([]);
  });

  test('that answers without end is read to some length', async () => {
    sell((response) => response.end(`{"token":"${'x'.repeat(70_000)}"}`));
    expect(await fixture.problemOf(fixture.repository().manifest('latest'))).toContain(
      'GET http://HOST/token [registry-refused]\n  was answered without a token\n',
    );
  });

  test('whose address has a password in it is not asked, and the password not printed', async () => {
    const realm = `http://ci:word@${fixture.registry.host}/token?a=word`;
    fixture.registry.intercept = (_, response) =>
      refuse(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
    expect(await fixture.problemOf(fixture.repository().manifest('latest'))).toContain(
      '[registry-realm]\n  WWW-Authenticate is "http://HOST/token": has a name or password in it\n',
    );
    expect(fixture.registry.seen).toHaveLength(1);
  });
});

test('a login by name is not hidden by what comes before it', async () => {
  fixture.registry.intercept = ({ authorization }, response) =>
    authorization === undefined &&
    refuse(response, 401, { 'www-authenticate': ['Negotiate', 'Basic realm="sample"'] });
  expect(await fixture.repository(USER).manifest('latest')).toBeUndefined();
});

describe('a registry that leads elsewhere', () => {
  test('is followed for a blob, with the login on the same host', async () => {
    fixture.registry.intercept = ({ path, authorization }, response) => {
      if (authorization === undefined) return refuse(response, 401, { 'www-authenticate': 'Basic' });
      return !path.startsWith('/v2/kept/') && lead(response, 307, `/v2/kept/blobs/${digest}`);
    };
    fixture.registry.blobs.set(digest, content);
    expect(await fixture.repository(USER).blob(digest)).toEqual(content);
    await fixture.repository(USER).putBlob(digest, content);
    expect(fixture.registry.lines.at(-1)).toBe('HEAD /v2/kept/blobs/DIGEST');
  });

  test('is followed to HTTPS for a blob, without the login, also when that is asked for', async () => {
    const storage = await fixture.another();
    const { fetch } = globalThis;
    jest.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
      return fetch(`${url}`.replace('https://storage.example.com', `http://${storage.host}`), init);
    });
    fixture.registry.intercept = ({ authorization }, response) =>
      authorization === undefined
        ? refuse(response, 401, { 'www-authenticate': 'Basic' })
        : lead(response, 307, 'https://storage.example.com/v2/x/blobs/y?signature=secret');
    storage.blobs.set('y', content);
    expect(await fixture.repository(USER).blob(digest)).toEqual(content);
    storage.intercept = (_, response) => refuse(response, 401, { 'www-authenticate': 'Basic' });
    expect(await fixture.problemOf(fixture.repository(USER).blob(digest))).toBe(
      '1 problem\n\nGET https://storage.example.com/v2/x/blobs/y [registry-refused]\n  was answered with 401 (SAMPLE, a reason)\n  remedy: see the log of the registry, and push again\n',
    );
    expect(storage.seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  test.each(['http:', 'ftp:', 'https://ci:word@'])('is not followed to %s', async (scheme) => {
    const other = await fixture.another();
    const place = `${scheme}${scheme.endsWith('@') ? '' : '//'}${other.host}/blob`;
    fixture.registry.intercept = (_, response) => lead(response, 302, place);
    const problem = await fixture.problemOf(fixture.repository(USER).blob(digest));
    expect(problem).toContain('[registry-redirect]\n  Location is ');
    expect(problem).toContain(': is where an answer of 302 leads, and no safe place\n');
    expect(problem).not.toContain('word');
    expect(other.seen).toEqual([]);
  });

  test('is not followed for ever', async () => {
    fixture.registry.intercept = (_, response) => lead(response, 302, '/again');
    expect(await fixture.problemOf(fixture.repository().blob(digest))).toContain('[registry-redirect]');
    expect(fixture.registry.seen).toHaveLength(4);
  });

  test.each(['POST', 'PUT'])('is not followed for a %s', async (wanted) => {
    const other = await fixture.another();
    fixture.registry.intercept = ({ method }, response) =>
      method === wanted && lead(response, 307, `http://${other.host}/elsewhere`);
    expect(await fixture.problemOf(fixture.repository().putBlob(digest, content))).toContain(
      ': is where an answer of 307 leads, and a login or an upload is sent to nobody else\n',
    );
    expect(other.seen).toEqual([]);
    expect(fixture.registry.seen.filter(({ method }) => method === wanted)).toHaveLength(1);
  });

  test('is not followed for a manifest', async () => {
    fixture.registry.intercept = (_, response) => lead(response, 301, 'https://127.0.0.1:1/');
    expect(await fixture.problemOf(fixture.repository().manifest('latest'))).toContain(
      'GET http://HOST/v2/fleet/prod/manifests/latest [registry-redirect]\n  Location is "https://127.0.0.1:1/": ',
    );
  });
});

describe('what a registry says', () => {
  const said = (message: string) => {
    fixture.registry.intercept = (_, response) => refuse(response, 400, {}, message);
    return fixture.problemOf(fixture.repository().manifest('latest'));
  };

  test('is printed on one line, without what steers a terminal', async () => {
    expect(await said('a\u001b[31mb\r\nc\u009bd\u202ee\u2028f')).toContain(
      'was answered with 400 (SAMPLE, a [31mb c d e f)\n',
    );
  });

  test('is printed without logins', async () => {
    expect(await said('no Basic Y2k6d29yZA== and bearer xyz at https://ci:word@a.example.com/')).toContain(
      '(SAMPLE, no Basic ... and bearer ... at https://...@a.example.com/)\n',
    );
  });

  test('is cut', async () => {
    expect(await said('x'.repeat(1000))).toContain(`(SAMPLE, ${'x'.repeat(192)}...)\n`);
    expect(await said('x'.repeat(70_000))).toContain('was answered with 400\n');
  });

  test('as a manifest is read to some length', async () => {
    const one = fixture.repository();
    await one.putManifest('latest', Buffer.alloc(4 * 1024 * 1024));
    expect(await one.manifest('latest')).toHaveLength(4 * 1024 * 1024);
    await one.putManifest('latest', Buffer.alloc(4 * 1024 * 1024 + 1));
    expect(await fixture.problemOf(one.manifest('latest'))).toBe(
      '1 problem\n\nGET http://HOST/v2/fleet/prod/manifests/latest [registry-refused]\n  was answered with a manifest of more than 4 MiB\n  remedy: see what this tag names: no artifact of a fleet is like that\n',
    );
  });

  test.each([
    ['file:///etc/x?state', 'is "file:///etc/x": is where the upload would go on, and no https:// address'],
    ['', ': is missing, so that nobody knows where the upload goes on'],
    ['http://[', ': is no address, so that nobody knows where the upload goes on'],
    [
      'https://ci:word@a.example.com/up',
      'is "https://a.example.com/up": is where the upload would go on, and has a name or password in it',
    ],
  ])('of where an upload goes on, %j, is a problem', async (location, text) => {
    fixture.registry.intercept = ({ method }, response) => {
      if (method !== 'POST') return false;
      response.writeHead(202, location ? { location } : {}).end();
      return true;
    };
    const problem = await fixture.problemOf(fixture.repository().putBlob(digest, content));
    expect(problem).toMatch(
      /^1 problem\n\nPOST http:\/\/HOST\/v2\/fleet\/prod\/blobs\/uploads\/ \[registry-location\]\n/,
    );
    expect(problem.replace('Location: ', 'Location : ')).toContain(`Location ${text}\n`);
  });
});

describe('a registry that is slow', () => {
  test('is asked again, which is said', async () => {
    let times = 1;
    fixture.registry.intercept = (_, response) => times-- > 0 && refuse(response, 503);
    await fixture.repository(undefined, [20]).manifest('latest');
    expect(fixture.stderr.replace(fixture.registry.host, 'HOST')).toBe(
      'GET http://HOST/v2/fleet/prod/manifests/latest was answered with 503 (SAMPLE, a reason): trying again in 0.02 s\n',
    );
  });

  test('and does not answer in time is asked once more', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(100));
    fixture.registry.intercept = () => true;
    expect(await fixture.problemOf(fixture.repository().manifest('latest'))).toContain(
      '[registry-unreachable]\n  got no answer in time\n',
    );
    expect(fixture.registry.seen).toHaveLength(2);
  });
});
