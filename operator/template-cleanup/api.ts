import type { Kind } from '../../constructs/cluster-api/template-cleanup/kinds';
import { type Answer, send } from '../kit/http';

/** An object of the API server, as far as it is read here. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly apiVersion: string; readonly kind: string }[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: unknown;
}

/** What a run needs of the API server. */
export interface Api {
  /** All objects of a kind in the namespace. */
  list(kind: Kind): Promise<readonly ApiObject[]>;
  /** Deletes this very object if it is still as it was read, and says whether it was. */
  remove(kind: Kind, object: ApiObject): Promise<boolean>;
}

/** Where the API server is, and who asks. */
export interface ServerProps {
  /** Such as `https://10.96.0.1:443`. */
  readonly url: string;
  readonly token: string;
  readonly namespace: string;
  /**
   * No whole answer for this long is no answer, in milliseconds.
   * @default 30000
   */
  readonly timeout?: number;
}

/** One namespace of an API server. */
export class Server implements Api {
  constructor(private readonly props: ServerProps) {}

  async list(kind: Kind): Promise<readonly ApiObject[]> {
    const what = `list ${kind.plural}`;
    const answer = await this.request(what, 'GET', kind);
    if (!answer.ok) throw this.failure(what, answer);
    const { items, metadata } = parse(what, answer.text);
    // Half a list of what refers to templates would make the others look unused.
    if (!Array.isArray(items) || metadata?.continue) throw new Error(`${what}: not the whole list`);
    if (!items.every(isApiObject)) throw new Error(`${what}: holds something that is no object`);
    return items;
  }

  async remove(kind: Kind, { metadata: { name, uid, resourceVersion } }: ApiObject): Promise<boolean> {
    const what = `delete ${name} of ${kind.plural}`;
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } };
    const answer = await this.request(what, 'DELETE', kind, name, options);
    if (answer.ok) return true;
    // Gone, or changed since it was read.
    if (answer.status === 404 || answer.status === 409) return false;
    throw this.failure(what, answer);
  }

  private request(what: string, method: string, kind: Kind, name?: string, body?: object): Promise<Answer> {
    const { url, token, namespace, timeout = 30_000 } = this.props;
    const parts = ['apis', kind.group, kind.version, 'namespaces', namespace, kind.plural, name];
    const path = parts.filter((part) => part !== undefined).map(encodeURIComponent);
    return send({
      ...{ what, method, timeout, agent: false, url: new URL(`/${path.join('/')}`, url) },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** What the server said, without the token if it said that too. */
  private failure(what: string, { status, text }: Answer): Error {
    const said = text
      .replaceAll(this.props.token, '...')
      .replace(/Bearer\s+\S+/gi, 'Bearer ...')
      .replace(/\p{Cc}+/gu, ' ');
    return new Error(`${what}: ${status} ${said.slice(0, 500)}`);
  }
}

interface List {
  readonly items?: unknown;
  readonly metadata?: { readonly continue?: unknown };
}

/** The error of JSON.parse would repeat what the server said. */
function parse(what: string, text: string): List {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new Error(`${what}: the answer is no list`);
}

function isApiObject(value: unknown): value is ApiObject {
  const { kind, apiVersion, metadata } = Object(value) as Partial<ApiObject>;
  const { name, uid, resourceVersion } = Object(metadata) as Partial<ApiObject['metadata']>;
  return [kind, apiVersion, name, uid, resourceVersion].every((member) => typeof member === 'string');
}
