import type { Construct } from 'constructs';
import { GitRepository, type GitRepositorySpec } from '../../../imports/source.toolkit.fluxcd.io';
import type { Plain } from '../../plain';

/** What every source has. */
export interface SourceProps {
  readonly name: string;
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** How often to look for something new. @default 1m */
  readonly interval?: string;
  /** The Secret with the credential, in the source's namespace. @default none */
  readonly secretName?: string;
}

/** Properties of a `GitSource`. */
export interface GitSourceProps extends SourceProps {
  /** An `https://` or `ssh://` address. */
  readonly url: string;
  /** What to check out: exactly one of these. */
  readonly ref: { readonly branch: string } | { readonly tag: string } | { readonly commit: string };
  /** Folders to fetch; others never reach the cluster. @default all */
  readonly sparseCheckout?: readonly string[];
}

/**
 * A Flux `GitRepository`.
 *
 * @see https://fluxcd.io/flux/components/source/gitrepositories/
 */
export class GitSource extends GitRepository {
  constructor(scope: Construct, id: string, props: GitSourceProps) {
    const { url, ref, secretName, interval = '1m', sparseCheckout } = props;
    const spec: Plain<GitRepositorySpec> = {
      url,
      ref,
      interval,
      secretRef: secretName ? { name: secretName } : undefined,
      sparseCheckout,
    };
    super(scope, id, { metadata: sourceMetadata(props), spec: spec as GitRepositorySpec });
  }
}

/** The metadata of a source. */
export function sourceMetadata({ name, namespace, annotations }: SourceProps) {
  return { name, namespace, annotations: annotations && { ...annotations } };
}
