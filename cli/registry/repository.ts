import { FleetError } from '../../constructs';
import type { Access } from './access';
import { type Answer, type Request, refused, retrying } from './http';

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
      const request = this.request('GET', `manifests/${tag}`, { accept: `${MANIFEST}, */*` });
      const answer = await this.send(request);
      if (answer.status === 404) return undefined;
      return this.expect(request, answer, 200).body;
    });
  }

  /** The bytes of a blob, if it is there. */
  blob(digest: string): Promise<Buffer | undefined> {
    return this.retrying(async () => {
      const request = this.request('GET', `blobs/${digest}`);
      const answer = await this.send(request);
      return answer.status === 404 ? undefined : this.expect(request, answer, 200).body;
    });
  }

  /** Uploads a blob unless it is there. */
  putBlob(digest: string, content: Buffer): Promise<void> {
    return this.retrying(async () => {
      const there = await this.send(this.request('HEAD', `blobs/${digest}`));
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

  private expect({ method, url }: Request, answer: Answer, status: number): Answer {
    if (answer.status === status) return answer;
    throw new FleetError([refused(method, url, answer)]);
  }

  /** Where the bytes of an upload go: the registry may name another host, but nothing less secret than its own. */
  private locationOf({ method, url }: Request, answer: Answer, digest: string): URL {
    const location = answer.headers.get('location') ?? '';
    const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (location && target && (target.protocol === 'https:' || target.protocol === url.protocol)) {
      target.searchParams.set('digest', digest);
      return target;
    }
    throw new FleetError([
      {
        code: 'registry-location',
        path: `${method} ${url.href}`,
        field: 'Location',
        value: target && `${target.origin}${target.pathname}`,
        problem: 'is where the upload would go on, and no https:// address',
        remedy:
          'tell the registry the address by which it is reached: behind a proxy it needs X-Forwarded-Proto',
      },
    ]);
  }
}
