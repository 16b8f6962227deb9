import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError, type Problem } from '../../constructs';
import { cleaned, hasLogin, shown } from './text';

/** A request to a registry or its token service. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Go where the answer leads to. @default a problem */
  readonly follow?: boolean;
  /** How many bytes of a good answer are read. @default 64 KiB, as of any other */
  readonly limit?: number;
}

/** What was answered. */
export interface Answer {
  /** Who answered: another host, perhaps, where the request was led on. */
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** There is more of the body. */
  readonly isCut: boolean;
}

/** A failure that may be over in a moment. */
export class TransientError extends FleetError {
  constructor(
    readonly problem: Problem,
    /** How long the server wants to be left alone, in ms. */
    readonly wait = 0,
    /** So much time went by that there is no sense in many more tries. */
    readonly isTimeout = false,
  ) {
    super([problem]);
  }
}

/** Waits between tries, in ms. */
const DELAYS: readonly number[] = [500, 2000, 5000];

const LONGEST_WAIT = 30_000;

/** Tries an operation again, and says so, while it fails in a way that may be over in a moment. */
export async function retrying<T>(operation: () => Promise<T>, delays = DELAYS): Promise<T> {
  let timeouts = 0;
  for (const delay of delays) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (error.isTimeout && ++timeouts > 1) throw error;
      const wait = Math.min(Math.max(delay, error.wait), LONGEST_WAIT);
      const { path, problem } = error.problem;
      process.stderr.write(`${path} ${problem}: trying again in ${wait / 1000} s\n`);
      await sleep(wait);
    }
  }
  return operation();
}

const AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends one request and reads the answer.
 *
 * @throws TransientError when there is no answer, or one that says to come again
 */
export async function send(request: Request): Promise<Answer> {
  let next = request;
  let answer = await sendOnce(next);
  for (let steps = 0; LEADS_ON.has(answer.status); steps++) {
    next = ledOn(next, answer, steps);
    answer = await sendOnce(next);
  }
  if (!AGAIN.has(answer.status)) return answer;
  const wait = Number(answer.headers.get('retry-after') ?? 0) * 1000;
  throw new TransientError(refused(request, answer), Number.isFinite(wait) ? wait : 0);
}

async function sendOnce(request: Request): Promise<Answer> {
  const { method, url, body, limit = SMALL } = request;
  // Not where errors are caught: they would quote what no header can hold.
  const headers = new Headers(request.headers);
  const signal = AbortSignal.timeout(60_000 + Math.ceil((body?.length ?? 0) / 100));
  try {
    const response = await fetch(url, {
      ...{ method, headers, signal, redirect: 'manual' },
      body: typeof body === 'string' ? body : body && new Uint8Array(body),
    });
    const read = await readSome(response, response.ok ? limit : SMALL);
    return { url, status: response.status, headers: response.headers, ...read };
  } catch (cause) {
    const isTimeout = TIMEOUTS.has(codeOf(cause));
    throw new TransientError(unreachable(request, cause, isTimeout), 0, isTimeout);
  }
}

/** Enough of an error, or of a token. */
const SMALL = 64 * 1024;

async function readSome(response: Response, limit: number): Promise<Pick<Answer, 'body' | 'isCut'>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, limit), isCut: size > limit };
}

const LEADS_ON: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const MOST_STEPS = 3;

/** The request to where an answer leads. What logs in at one place is nobody else's. */
function ledOn(request: Request, answer: Answer, steps: number): Request {
  const location = answer.headers.get('location') ?? '';
  const { href, origin } = answer.url;
  const url = URL.canParse(location, href) ? new URL(location, href) : undefined;
  const isSafe = url !== undefined && !hasLogin(url) && (url.protocol === 'https:' || url.origin === origin);
  if (!request.follow || !isSafe || steps >= MOST_STEPS) throw astray(request, answer, url);
  if (url.origin === origin) return { ...request, url };
  const { authorization: _, ...headers } = request.headers ?? {};
  return { ...request, url, headers };
}

function astray({ method, follow }: Request, { url, status }: Answer, target: URL | undefined): FleetError {
  return new FleetError([
    {
      code: 'registry-redirect',
      path: `${method} ${shown(url)}`,
      field: 'Location',
      value: target && shown(target),
      problem: `is where an answer of ${status} leads, and ${follow ? 'no safe place' : 'a login or an upload is sent to nobody else'}`,
      remedy: 'use the address that it leads to, if that is right: else correct the registry',
    },
  ]);
}

const TIMEOUTS: ReadonlySet<string> = new Set([
  'TimeoutError',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** What names an error: the code of what is underneath, if there is one. */
function codeOf(error: unknown): string {
  const { name, cause } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
}

function unreachable({ method, url }: Request, error: unknown, isTimeout: boolean): Problem {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
  return {
    code: 'registry-unreachable',
    path: `${method} ${shown(url)}`,
    field: '',
    value: undefined,
    problem: isTimeout ? 'got no answer in time' : `got no answer: ${cleaned(`${reason}`)}`,
    remedy: 'check address and network; docs/oci.md says how to name proxies and authorities of your own',
    cause: error,
  };
}

/** A problem for an answer that is not what was asked for. */
export function refused({ method, url }: Request, answer: Answer): Problem {
  const { status, body } = answer;
  const at = { path: `${method} ${shown(answer.url)}`, field: '', value: undefined };
  const problem = `was answered with ${status}${reasonIn(body)}`;
  if ((status === 401 || status === 403) && answer.url.origin === url.origin) {
    const remedy = `log in with an account that may do this: docker login ${url.host}`;
    return { ...at, code: 'registry-login', problem, remedy };
  }
  const remedy = REMEDIES[status] ?? 'see the log of the registry, and push again';
  return { ...at, code: 'registry-refused', problem, remedy };
}

const REMEDIES: Readonly<Record<number, string>> = {
  404: 'make the repository where the registry makes none at the first push, or correct the address',
  405: 'the registry takes no pushes at this address: correct it',
  413: 'the artifact is larger than the registry takes: raise its limit',
  429: 'the registry limits how often it is asked: push later, or raise the limit',
};

/** The first error that a registry names, shortened. */
function reasonIn(body: Buffer): string {
  try {
    const [first] = JSON.parse(body.toString('utf8')).errors;
    const text = [first.code, first.message].filter((part) => typeof part === 'string').join(', ');
    return text ? ` (${cleaned(text)})` : '';
  } catch {
    return '';
  }
}
