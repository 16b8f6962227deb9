import { FleetError, type Problem } from '../../constructs';
import { parseChallenge } from './challenge';
import type { Credentials } from './credentials';
import { type Answer, type Request, refused, send } from './http';
import { cleaned, hasLogin, isToken, shown } from './text';

/**
 * Logs in to one registry, by a name and password or by tokens, when it asks for it.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export class Access {
  private readonly headers = new Map<string, string>();

  /** @param origin of the registry, such as `https://registry.example.com` */
  constructor(
    private readonly origin: string,
    private readonly credentials: Credentials | undefined,
  ) {}

  /**
   * Sends a request, with a login where the registry wants one.
   *
   * @param scope what the request needs, such as `repository:fleet/prod:pull,push`
   */
  async send(request: Request, scope: string): Promise<Answer> {
    // An upload may lead elsewhere: what logs in here is nobody else's.
    if (request.url.origin !== this.origin) return send(request);
    const known = this.headers.get(scope) ?? this.headers.get(EVERYTHING);
    const answer = await send(withLogin(request, known));
    // Who else an answer came from is not who is logged in to.
    if (answer.status !== 401 || answer.url.origin !== this.origin) return answer;
    // The first time, or a token that has expired meanwhile.
    const header = await this.logIn(request, answer, scope);
    return header === undefined || header === known ? answer : send(withLogin(request, header));
  }

  private async logIn(request: Request, answer: Answer, scope: string): Promise<string | undefined> {
    const challenge = parseChallenge(answer.headers.get('www-authenticate') ?? '');
    const { credentials } = this;
    if (challenge?.scheme === 'basic' && credentials && 'username' in credentials) {
      return this.remember(EVERYTHING, basic(credentials));
    }
    if (challenge?.scheme !== 'bearer') return undefined;
    if (credentials && 'registryToken' in credentials) {
      return this.remember(EVERYTHING, `Bearer ${credentials.registryToken}`);
    }
    const realm = this.realmOf(request, challenge.parameters.realm ?? '');
    const service = challenge.parameters.service ?? '';
    return this.remember(scope, `Bearer ${await token(realm, service, scope, credentials)}`);
  }

  /** Where tokens are had. Over plain HTTP anyone could read the password, unless the registry is plain too. */
  private realmOf({ method, url }: Request, realm: string): URL {
    const found = URL.canParse(realm) ? new URL(realm) : undefined;
    const isPrivate =
      found?.protocol === 'https:' ||
      (found?.protocol === 'http:' && found.hostname === url.hostname && this.isPlain);
    if (found && isPrivate && !hasLogin(found)) return found;
    throw new FleetError([
      {
        code: 'registry-realm',
        path: `${method} ${shown(url)}`,
        field: 'WWW-Authenticate',
        value: found ? shown(found) : cleaned(realm),
        problem: isPrivate
          ? 'has a name or password in it'
          : 'is no https:// address, so that a password would be sent in the open',
        remedy: 'correct the token service in the configuration of the registry',
      },
    ]);
  }

  private get isPlain(): boolean {
    return this.origin.startsWith('http:');
  }

  private remember(scope: string, header: string): string {
    this.headers.set(scope, header);
    return header;
  }
}

/** A login that holds for every repository. */
const EVERYTHING = '*';

function withLogin(request: Request, header: string | undefined): Request {
  return header ? { ...request, headers: { ...request.headers, authorization: header } } : request;
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function token(
  realm: URL,
  service: string,
  scope: string,
  credentials: Credentials | undefined,
): Promise<string> {
  const request =
    credentials && 'identityToken' in credentials
      ? exchange(realm, service, scope, credentials.identityToken)
      : ask(realm, service, scope, credentials && 'username' in credentials ? basic(credentials) : undefined);
  const answer = await send(request);
  const found = answer.status === 200 ? tokenIn(answer.body) : undefined;
  if (!found) {
    const problem: Problem = refused(request, answer);
    throw new FleetError([
      answer.status === 200 ? { ...problem, problem: 'was answered without a token' } : problem,
    ]);
  }
  if (isToken(found)) return found;
  throw new FleetError([
    {
      code: 'registry-credentials',
      path: `${request.method} ${shown(realm)}`,
      field: '',
      value: undefined,
      problem: 'was answered with a token that has characters which no header can hold',
      remedy: 'see the log of the token service, and push again',
    },
  ]);
}

function ask(realm: URL, service: string, scope: string, login: string | undefined): Request {
  const url = new URL(realm);
  if (service) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  return withLogin({ method: 'GET', url }, login);
}

function exchange(url: URL, service: string, scope: string, identityToken: string): Request {
  const form = {
    grant_type: 'refresh_token',
    service,
    scope,
    client_id: 'fleetwright',
    refresh_token: identityToken,
  };
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  };
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { token: plain, access_token: access } = JSON.parse(body.toString('utf8'));
    const found = plain || access;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
