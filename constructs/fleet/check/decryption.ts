import { FLEET } from '../../flux/wiring/names';
import type { Problem } from '../../problem';
import type { Rendered } from './objects';

/**
 * Finds SOPS-encrypted objects that no sync can open: Flux would apply the ciphertext, or fail.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption
 */
export class Decryption {
  private readonly decrypts = new Map<string, boolean>();
  private readonly encrypted: { readonly file: string; readonly rendered: Rendered }[] = [];

  /** @param root the path of the output in the fleet's source, such as `./dist/` */
  constructor(private readonly root: string) {}

  /** Takes one object and its file below the output. */
  add(file: string, rendered: Rendered): void {
    const { manifest } = rendered;
    if (manifest.sops !== undefined) this.encrypted.push({ file, rendered });
    if (
      manifest.kind !== 'Kustomization' ||
      !manifest.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/')
    ) {
      return;
    }
    const { path, sourceRef, decryption } = (manifest.spec ?? {}) as SyncSpec;
    if (sourceRef?.name !== FLEET || !path?.startsWith(this.root)) return;
    this.decrypts.set(path.slice(this.root.length), decryption !== undefined);
  }

  /** What was found; a sync may have come after the objects that it reads. */
  problems(): Problem[] {
    return this.encrypted
      .filter(({ file }) => !this.opens(file))
      .map(({ file, rendered: { manifest, path } }) => ({
        code: 'secret-undecryptable',
        path,
        field: 'sops',
        value: undefined,
        problem: `encrypts ${manifest.kind} ${manifest.metadata.name}, and the sync that reads ${file} has no key`,
        remedy:
          'set `sync: { decryption: { secretName } }` on the app or add-on: the Secret with the age key',
      }));
  }

  /** The sync that reads a file is that of the nearest folder above it. */
  private opens(file: string): boolean {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const decrypts = this.decrypts.get(file.slice(0, end));
      if (decrypts !== undefined) return decrypts;
    }
    return false;
  }
}

/** The members of a Kustomization's spec that are read here. */
interface SyncSpec {
  readonly path?: string;
  readonly sourceRef?: { readonly name?: string };
  readonly decryption?: object;
}
