import type { Kind } from '../../constructs/cluster-api/template-cleanup/kinds';

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
}

/** No answer for this long is no answer. */
const TIMEOUT = 30_000;

/** One namespace of an API server. */
export class Server implements Api {
  constructor(private readonly props: ServerProps) {}

  async list(kind: Kind): Promise<readonly ApiObject[]> {
    const response = await this.request('GET', kind);
    if (!response.ok) throw await failure('list', kind, response);
    const { items, metadata } = (await response.json()) as {
      readonly items?: readonly ApiObject[];
      readonly metadata?: { readonly continue?: string };
    };
    // Half a list of what refers to templates would make the others look unused.
    if (!Array.isArray(items) || metadata?.continue)
      throw new Error(`list ${kind.plural}: not the whole list`);
    return items;
  }

  async remove(kind: Kind, { metadata: { name, uid, resourceVersion } }: ApiObject): Promise<boolean> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } };
    const response = await this.request('DELETE', kind, name, options);
    if (response.ok) return true;
    // Gone, or changed since it was read.
    if (response.status === 404 || response.status === 409) return false;
    throw await failure(`delete ${name} of`, kind, response);
  }

  private request(method: string, { group, version, plural }: Kind, name?: string, body?: object) {
    const { url, token, namespace } = this.props;
    const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}${name ? `/${name}` : ''}`;
    return fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
      redirect: 'error',
    });
  }
}

async function failure(what: string, { plural }: Kind, response: Response): Promise<Error> {
  return new Error(`${what} ${plural}: ${response.status} ${(await response.text()).slice(0, 500)}`);
}
