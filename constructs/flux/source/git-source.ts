import type { Construct } from 'constructs';
import { GitRepository, type GitRepositorySpec } from '../../../imports/source.toolkit.fluxcd.io';
import { checkFields } from '../../fleet/check/fields';
import { checkObjectName } from '../../fleet/check/names';
import type { Plain } from '../../plain';
import { addCheck, type Problem } from '../../problem';
import { checkDuration } from '../duration';
import { GIT } from './fields';
import { type SourceProps, secretRef, sourceMetadata } from './props';
import { checkRef, type Refs } from './ref';
import { checkUrl } from './url';

/** What to check out of a Git repository: exactly one of these. */
export type GitRef = { readonly branch: string } | { readonly tag: string } | { readonly commit: string };

/** Properties of a `GitSource`. */
export interface GitSourceProps extends SourceProps {
  /** An `https://` or `ssh://` address without a credential. An `ssh://` one needs `secretName`. */
  readonly url: string;
  readonly ref: GitRef;
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
    super(scope, id, { metadata: sourceMetadata(props), spec: gitSpec(props) });
    addCheck(this, () => {
      const shape = checkFields(this.node.path, '', props, GIT);
      return shape.length > 0 ? shape : checkGitSource(this.node.path, '', props);
    });
  }
}

/** The spec of a `GitRepository`. */
export function gitSpec(props: Omit<GitSourceProps, 'name' | 'namespace'>): GitRepositorySpec {
  const { url, ref, secretName, interval = '1m', sparseCheckout } = props;
  const spec: Plain<GitRepositorySpec> = {
    url,
    ref,
    interval,
    secretRef: secretRef(secretName),
    sparseCheckout,
  };
  return spec as GitRepositorySpec;
}

/**
 * What is wrong with a Git source.
 *
 * @param prefix what comes before a field's name where people wrote it, such as `source.`
 */
export function checkGitSource(
  path: string,
  prefix: string,
  { url, ref, secretName, interval }: Omit<GitSourceProps, 'name' | 'namespace'>,
): Problem[] {
  const problems = [
    ...checkUrl(path, 'url', url, ['https', 'ssh']),
    ...checkSshSecret(path, url, secretName),
    ...checkObjectName(path, 'secretName', secretName),
    ...checkRef(path, ref as Refs, ['branch', 'tag', 'commit']),
    ...checkDuration(path, 'interval', interval),
  ];
  return problems.map((problem) => ({ ...problem, field: `${prefix}${problem.field}` }));
}

function checkSshSecret(path: string, url: string, secretName: string | undefined): Problem[] {
  if (!url?.startsWith('ssh://') || secretName !== undefined) return [];
  return [
    {
      code: 'source-secret-missing',
      path,
      field: 'secretName',
      value: undefined,
      problem: 'is not set, and SSH works with a key only',
      remedy: 'name a Secret with the keys `identity` and `known_hosts`',
    },
  ];
}
