import { FleetError, type Problem } from '../../constructs';
import type { Access } from './access';
import { type Answer, type Request, refused, retrying } from './http';
import { hasLogin, shown } from './text';

/** The media type of the manifests that are pushed. */
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * One repository of a registry.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class Repository {
  private readonly root: URL;
  private readonly scope: string;

  /**
   * @param origin of the registry
   * @param name of the repository, such as `fleet/prod`
   * @param actions what will be done to it
   */
  constructor(
    private readonly access: Access,
    origin: string,
    name: string,
    actions: 'pull' | 'pull,push',
    private readonly delays?: readonly number[],
  ) {
    this.root = new URL(`${origin}/v2/${name}/`);
    this.scope = `repository:${name}:${actions}`;
  }

  /** The bytes of the manifest that a tag names, if there is one. */
  manifest(tag: string): Promise<Buffer | undefined> {
    return this.retrying(async () => {
      // An artifact of another form is no reason to fail: it is replaced.
      const headers = { accept: `${MANIFEST}, */*` };
      const request = { ...this.request('GET', `manifests/${tag}`, headers), limit: LARGEST_MANIFEST };
      const answer = await this.send(request);
      if (answer.status === 404) return undefined;
      const { body, isCut } = this.expect(request, answer, 200);
      if (isCut) throw new FleetError([tooLarge(request)]);
      return body;
    });
  }

  /** The bytes of a blob, if it is there; what is larger than any fleet is cut. */
  blob(digest: string): Promise<Buffer | undefined> {
    return this.retrying(async () => {
      const request = { ...this.request('GET', `blobs/${digest}`), follow: true, limit: LARGEST_BLOB };
      const answer = await this.send(request);
      return answer.status === 404 ? undefined : this.expect(request, answer, 200).body;
    });
  }

  /** Uploads a blob unless it is there. */
  putBlob(digest: string, content: Buffer): Promise<void> {
    return this.retrying(async () => {
      const there = await this.send({ ...this.request('HEAD', `blobs/${digest}`), follow: true });
      if (there.status === 200) return;
      const start = this.request('POST', 'blobs/uploads/');
      const begun = this.expect(start, await this.send(start), 202);
      const upload: Request = {
        method: 'PUT',
        url: this.locationOf(start, begun, digest),
        headers: { 'content-type': 'application/octet-stream' },
        body: content,
      };
      this.expect(upload, await this.send(upload), 201);
    });
  }

  /** Stores a manifest and lets a tag name it: one request, so that a tag never names half an artifact. */
  putManifest(tag: string, content: Buffer): Promise<void> {
    return this.retrying(async () => {
      const request = {
        ...this.request('PUT', `manifests/${tag}`, { 'content-type': MANIFEST }),
        body: content,
      };
      this.expect(request, await this.send(request), 201);
    });
  }

  private retrying<T>(operation: () => Promise<T>): Promise<T> {
    return retrying(operation, this.delays);
  }

  private send(request: Request): Promise<Answer> {
    return this.access.send(request, this.scope);
  }

  private request(method: Request['method'], path: string, headers?: Request['headers']): Request {
    return { method, url: new URL(path, this.root), headers };
  }

  private expect(request: Request, answer: Answer, status: number): Answer {
    if (answer.status === status) return answer;
    throw new FleetError([refused(request, answer)]);
  }

  /** Where the bytes of an upload go: the registry may name another host, but nothing less secret than its own. */
  private locationOf({ method, url }: Request, answer: Answer, digest: string): URL {
    const location = answer.headers.get('location') ?? '';
    const target = location && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    const isPrivate = target?.protocol === 'https:' || target?.protocol === url.protocol;
    if (target && isPrivate && !hasLogin(target)) {
      target.searchParams.set('digest', digest);
      return target;
    }
    const at = {
      code: 'registry-location',
      path: `${method} ${shown(url)}`,
      field: 'Location',
      value: target && shown(target),
    };
    throw new FleetError([
      target
        ? {
            ...at,
            problem: `is where the upload would go on, and ${isPrivate ? 'has a name or password in it' : 'no https:// address'}`,
            remedy:
              'tell the registry the address by which it is reached: behind a proxy it needs X-Forwarded-Proto',
          }
        : {
            ...at,
            problem: `is ${location ? 'no address' : 'missing'}, so that nobody knows where the upload goes on`,
            remedy: 'see whether there is a registry at this address, and no proxy takes headers away',
          },
    ]);
  }
}

const MIB = 1024 * 1024;

/** What registries have to take (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests). */
const LARGEST_MANIFEST = 4 * MIB;

const LARGEST_BLOB = 100 * MIB;

function tooLarge({ method, url }: Request): Problem {
  return {
    code: 'registry-refused',
    path: `${method} ${shown(url)}`,
    field: '',
    value: undefined,
    problem: `was answered with a manifest of more than ${LARGEST_MANIFEST / MIB} MiB`,
    remedy: 'see what this tag names: no artifact of a fleet is like that',
  };
}
