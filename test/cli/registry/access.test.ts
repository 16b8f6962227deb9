import { digestOf } from '../../../cli/push/tar';
import type { Seen } from './fake-registry';
import { refuse, registryFixture } from './fixture';

const fixture = registryFixture();
const content = Buffer.from('content');
const digest = digestOf(content);

describe('a login', () => {
  const USER = { username: 'ci', password: 'word' };
  const BASIC = `Basic ${Buffer.from('ci:word').toString('base64')}`;
  const asked = () => fixture.registry.seen.filter(({ path }) => !path.startsWith('/token'));
  const tokens = () => fixture.registry.seen.filter(({ path }) => path.startsWith('/token'));

  /** Lets in who shows the right header, and hands out tokens to who has the right login. */
  function guard(challenge: string, right: string, maySee: (seen: Seen) => boolean = () => true): void {
    fixture.registry.intercept = (seen, response) => {
      if (seen.path.startsWith('/token')) {
        if (!maySee(seen)) return refuse(response, 401);
        response.end(JSON.stringify({ token: 'bought' }));
        return true;
      }
      return seen.authorization !== right && refuse(response, 401, { 'www-authenticate': challenge });
    };
  }
  const bearer = () =>
    `Bearer realm="http://${fixture.registry.host}/token",service="sample",scope="repository:x:pull"`;

  test('shows name and password when it is asked to, and from then on at once', async () => {
    guard('Basic realm="sample"', BASIC);
    const one = fixture.repository(USER);
    await one.manifest('latest');
    await one.manifest('latest');
    expect(asked().map(({ authorization }) => authorization)).toEqual([undefined, BASIC, BASIC]);
  });

  test('buys a token for what it is about to do', async () => {
    guard(bearer(), 'Bearer bought', ({ authorization }) => authorization === BASIC);
    await fixture.repository(USER).manifest('latest');
    expect(tokens().map(({ path }) => decodeURIComponent(path))).toEqual([
      '/token?service=sample&scope=repository:fleet/prod:pull,push',
    ]);
    expect(asked().map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer bought']);
  });

  test('buys a token as nobody where nobody has logged in', async () => {
    guard(bearer(), 'Bearer bought', ({ authorization }) => authorization === undefined);
    expect(await fixture.repository().manifest('latest')).toBeUndefined();
  });

  test('buys another token when one has expired', async () => {
    let wanted = 'Bearer bought';
    guard(bearer(), '');
    const inner = fixture.registry.intercept;
    fixture.registry.intercept = (seen, response, request) => {
      if (!seen.path.startsWith('/token'))
        return seen.authorization !== wanted && inner(seen, response, request);
      response.end(JSON.stringify({ access_token: wanted.slice('Bearer '.length) }));
      return true;
    };
    const one = fixture.repository(USER);
    await one.manifest('latest');
    wanted = 'Bearer newer';
    expect(await one.manifest('latest')).toBeUndefined();
    expect(tokens()).toHaveLength(2);
  });

  test('exchanges an identity token, in the body of a request', async () => {
    guard(bearer(), 'Bearer bought', ({ method, path }) => method === 'POST' && path === '/token');
    await fixture.repository({ identityToken: 'one' }).manifest('latest');
    expect(tokens()).toEqual([{ method: 'POST', path: '/token', authorization: undefined }]);
  });

  test('shows a registry token as it is', async () => {
    guard(bearer(), 'Bearer two');
    await fixture.repository({ registryToken: 'two' }).manifest('latest');
    expect(tokens()).toEqual([]);
  });

  test('that is refused is a problem without the password', async () => {
    guard('Basic realm="sample"', 'Basic other');
    const problem = await fixture.problemOf(fixture.repository(USER).manifest('latest'));
    expect(problem).toContain('GET http://HOST/v2/fleet/prod/manifests/latest [registry-login]');
    expect(problem).not.toMatch(/word|Y2k6d29yZA/);
    guard(bearer(), 'Bearer bought', () => false);
    expect(await fixture.problemOf(fixture.repository(USER).manifest('latest'))).toContain(
      'GET http://HOST/token [registry-login]\n  was answered with 401 (SAMPLE, a reason)',
    );
  });

  test.each(['http://tokens.example.com/', 'sample', ''])(
    'is shown to no token service at %j',
    async (realm) => {
      guard(`Bearer realm="${realm}",service="sample"`, 'none');
      expect(await fixture.problemOf(fixture.repository(USER).manifest('latest'))).toContain(
        `[registry-realm]\n  WWW-Authenticate is ${JSON.stringify(realm)}: is no https:// address`,
      );
    },
  );

  test('is shown to no other host that an upload leads to', async () => {
    const other = await fixture.another();
    guard('Basic realm="sample"', BASIC);
    const inner = fixture.registry.intercept;
    fixture.registry.intercept = (seen, response, request) => {
      if (inner(seen, response, request)) return true;
      if (seen.method !== 'POST') return false;
      response.writeHead(202, { location: `http://${other.host}/v2/fleet/prod/blobs/uploads/two` }).end();
      return true;
    };
    await fixture.repository(USER).putBlob(digest, content);
    expect(other.seen.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['PUT', undefined],
    ]);
    expect(other.blobs.get(digest)).toEqual(content);
  });
});
