import { readFileSync } from 'node:fs';
import * as https from 'node:https';
import { type Answer, send } from './http';
import { apiVersionOf, type Key, type Kind, type KubeObject, type Wanted } from './objects';

/** What the API server refused. */
export class ApiError extends Error {
  constructor(
    readonly what: string,
    readonly status: number,
    readonly reason: string,
    said: string,
    /** More exact reasons, such as `NamespaceTerminating`. */
    readonly causes: readonly string[] = [],
  ) {
    super(`${what}: ${status} ${said}`);
  }
}

/** Where the API server is, and who asks. */
export interface ApiProps {
  readonly url: string;
  readonly token: string;
  /** Certificates of its authority, in PEM. @default those that Node trusts */
  readonly ca?: string;
  /** Owns the fields that `apply` sets, and signs Events. */
  readonly manager: string;
}

const TIMEOUT = 15_000;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

/**
 * The API server, for one item of a run: every request ends with the item's signal.
 *
 * Hooks write by it and not by the engine's patch file: the engine applies that after the run and runs the hook
 * again when one patch is refused, so that one item would hold up all others.
 */
export class Api {
  private constructor(
    private readonly props: ApiProps,
    private readonly agent: https.Agent | undefined,
    private readonly signal?: AbortSignal,
  ) {}

  static of(props: ApiProps): Api {
    const agent = props.url.startsWith('https:')
      ? new https.Agent({ keepAlive: true, maxSockets: 16, ca: props.ca })
      : undefined;
    return new Api(props, agent);
  }

  /** The API server of the pod's cluster, as the pod's account. `FLEETWRIGHT_TOKEN_FILE` is for runs elsewhere. */
  static ofPod(manager: string): Api {
    const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
    const {
      FLEETWRIGHT_TOKEN_FILE: token = `${ACCOUNT}/token`,
      FLEETWRIGHT_CA_FILE: ca = `${ACCOUNT}/ca.crt`,
    } = process.env;
    if (host === '') throw new Error('KUBERNETES_SERVICE_HOST is not set: hooks run in a pod of the cluster');
    // An address of IPv6 needs brackets.
    const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return Api.of({ url, token: readFileSync(token, 'utf8').trim(), ca: readFileSync(ca, 'utf8'), manager });
  }

  /** The same, until a signal. */
  until(signal: AbortSignal): Api {
    return new Api(this.props, this.agent, signal);
  }

  /** An object, or undefined when there is none. */
  async get<T extends KubeObject>(kind: Kind, key: Key): Promise<T | undefined> {
    const what = `get ${kind.plural} ${key.namespace}/${key.name}`;
    const answer = await this.request(what, 'GET', pathOf(kind, key));
    if (answer.status === 404) return undefined;
    return this.object<T>(what, answer);
  }

  /** All objects of a kind, in a namespace or in all, that have the labels. */
  async list<T extends KubeObject>(
    kind: Kind,
    namespace = '',
    labels: Readonly<Record<string, string>> = {},
  ) {
    const what = `list ${kind.plural} ${namespace}`.trim();
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const found: T[] = [];
    let next = '';
    do {
      const query = new URLSearchParams({ limit: '500', labelSelector: selector.join(','), continue: next });
      const answer = await this.request(what, 'GET', `${pathOf(kind, { namespace, name: '' })}?${query}`);
      const list = this.object<KubeObject & { items: T[]; metadata: { continue?: string } }>(what, answer);
      // Items of a list have neither.
      const type = { apiVersion: apiVersionOf(kind), kind: kind.kind };
      found.push(...list.items.map((item) => ({ ...type, ...item })));
      next = list.metadata.continue ?? '';
    } while (next !== '');
    return found;
  }

  /**
   * Makes an object be as wanted, by server-side apply: fields that were wanted before and no longer are go.
   *
   * @throws ApiError
   */
  async apply<T extends KubeObject>(kind: Kind, object: Wanted, subresource?: 'status'): Promise<T> {
    const { name, namespace = '' } = object.metadata;
    const what = `apply ${kind.plural} ${namespace}/${name}`;
    const query = new URLSearchParams({ fieldManager: this.props.manager, force: 'true' });
    const path = `${pathOf(kind, { namespace, name })}${subresource ? `/${subresource}` : ''}?${query}`;
    return this.object<T>(what, await this.request(what, 'PATCH', path, object, APPLY));
  }

  /** Creates an object; undefined when there is one of that name. */
  async create<T extends KubeObject>(kind: Kind, object: Wanted): Promise<T | undefined> {
    const { name, namespace = '' } = object.metadata;
    const what = `create ${kind.plural} ${namespace}/${name}`;
    const query = new URLSearchParams({ fieldManager: this.props.manager });
    const path = `${pathOf(kind, { namespace, name: '' })}?${query}`;
    const answer = await this.request(what, 'POST', path, object);
    if (answer.status === 409 && reasonOf(answer.text).reason === 'AlreadyExists') return undefined;
    return this.object<T>(what, answer);
  }

  /** Merges a patch into an object; one with `metadata.resourceVersion` only into that very version. */
  async merge<T extends KubeObject>(kind: Kind, key: Key, patch: object): Promise<T> {
    const what = `patch ${kind.plural} ${key.namespace}/${key.name}`;
    const query = new URLSearchParams({ fieldManager: this.props.manager });
    return this.object<T>(
      what,
      await this.request(what, 'PATCH', `${pathOf(kind, key)}?${query}`, patch, MERGE),
    );
  }

  /**
   * Deletes an object, only the one with this uid, and this very version of it, if they are given; false when it is
   * not there any more.
   */
  async remove(kind: Kind, key: Key, uid?: string, resourceVersion?: string): Promise<boolean> {
    const what = `delete ${kind.plural} ${key.namespace}/${key.name}`;
    const preconditions = uid === undefined ? undefined : { uid, resourceVersion };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions };
    const answer = await this.request(what, 'DELETE', pathOf(kind, key), body);
    // A conflict is another object of the same name.
    if (answer.status === 404 || answer.status === 409) return false;
    this.object(what, answer);
    return true;
  }

  /** Who writes. */
  get manager(): string {
    return this.props.manager;
  }

  private request(what: string, method: string, path: string, body?: object, type = 'application/json') {
    const { url, token } = this.props;
    return send({
      ...{ what, method, timeout: TIMEOUT, url: new URL(path, url), agent: this.agent, signal: this.signal },
      headers: { authorization: `Bearer ${token}`, 'content-type': type, accept: 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  private object<T extends KubeObject>(what: string, { ok, status, text }: Answer): T {
    if (ok) return JSON.parse(text) as T;
    const { reason, message, causes } = reasonOf(text.replaceAll(this.props.token, '...'));
    throw new ApiError(what, status, reason, message, causes);
  }
}

function pathOf(kind: Kind, { namespace, name }: Key): string {
  const parts = [
    ...(kind.group === '' ? ['api'] : ['apis', kind.group]),
    kind.version,
    ...(namespace === '' ? [] : ['namespaces', namespace]),
    kind.plural,
    ...(name === '' ? [] : [name]),
  ];
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

/** A refusal of the API server, as far as it is read. */
interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string }[] };
}

/** What a Status says, or the beginning of whatever else came. */
function reasonOf(text: string): { reason: string; message: string; causes: string[] } {
  try {
    const { reason, message, details } = Object(JSON.parse(text)) as Status;
    const causes = (details?.causes ?? []).map((cause) => cause.reason ?? '');
    if (typeof message === 'string') return { reason: reason ?? '', message, causes };
  } catch {
    // Said below.
  }
  return { reason: '', message: text.slice(0, 300), causes: [] };
}
