import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError, type Problem } from '../../constructs';

/** A request to a registry or its token service. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** What was answered, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A failure that may be over in a moment. */
export class TransientError extends FleetError {
  constructor(
    problem: Problem,
    /** How long the server wants to be left alone, in ms. */
    readonly wait = 0,
  ) {
    super([problem]);
  }
}

/** Waits between tries, in ms. */
const DELAYS: readonly number[] = [500, 2000, 5000];

const LONGEST_WAIT = 30_000;

/** Tries an operation again while it fails in a way that may be over in a moment. */
export async function retrying<T>(operation: () => Promise<T>, delays = DELAYS): Promise<T> {
  for (const delay of delays) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      await sleep(Math.min(Math.max(delay, error.wait), LONGEST_WAIT));
    }
  }
  return operation();
}

const AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends one request and reads the whole answer.
 *
 * @throws TransientError when there is no answer, or one that says to come again
 */
export async function send({ method, url, headers, body }: Request): Promise<Answer> {
  const signal = AbortSignal.timeout(60_000 + Math.ceil((body?.length ?? 0) / 100));
  let answer: Answer;
  try {
    const response = await fetch(url, {
      ...{ method, headers, signal },
      body: typeof body === 'string' ? body : body && new Uint8Array(body),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    answer = { status: response.status, headers: response.headers, body: bytes };
  } catch (cause) {
    throw new TransientError(unreachable(method, url, cause));
  }
  if (!AGAIN.has(answer.status)) return answer;
  const wait = Number(answer.headers.get('retry-after') ?? 0) * 1000;
  throw new TransientError(refused(method, url, answer), Number.isFinite(wait) ? wait : 0);
}

/** An address as it may be printed: what follows a `?` names an upload, and may open it. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function unreachable(method: string, url: URL, cause: unknown): Problem {
  const { name, message, cause: inner } = cause as Error;
  const reason = inner instanceof Error ? inner.message || (inner as NodeJS.ErrnoException).code : message;
  return {
    code: 'registry-unreachable',
    path: `${method} ${shown(url)}`,
    field: '',
    value: undefined,
    problem: name === 'TimeoutError' ? 'got no answer in time' : `got no answer: ${reason}`,
    remedy: 'check address and network; docs/oci.md says how to name proxies and authorities of your own',
    cause,
  };
}

/** A problem for an answer that is not what was asked for. */
export function refused(method: string, url: URL, { status, body }: Answer): Problem {
  const at = { path: `${method} ${shown(url)}`, field: '', value: undefined };
  const problem = `was answered with ${status}${reasonIn(body)}`;
  if (status === 401 || status === 403) {
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
    return text ? ` (${text.slice(0, 200)})` : '';
  } catch {
    return '';
  }
}
