import { checkOciAccess } from '../../flux/source/fields';
import { checkGitSource } from '../../flux/source/git-source';
import { checkOciSource } from '../../flux/source/oci-source';
import { checkBranch } from '../../flux/source/ref';
import type { Problem } from '../../problem';
import type { FleetSource, GitFleetSource, OciFleetSource } from '../source';
import { checkChoice } from './choice';
import { checkFields, type Fields, isMap } from './fields';

const GIT: Fields<GitFleetSource> = {
  kind: 'choice?',
  url: 'string',
  branch: 'string?',
  secretName: 'string?',
  interval: 'string?',
  path: 'string?',
  charts: 'string?',
};

const OCI: Fields<OciFleetSource> = {
  kind: 'choice',
  url: 'string',
  tag: 'string?',
  secretName: 'string?',
  interval: 'string?',
  path: 'string?',
  provider: 'choice?',
  verify: 'object?',
};

/** What is wrong with the fleet's own source, which every cluster reads. */
export function checkFleetSource(source: FleetSource | undefined): Problem[] {
  if (!isMap(source)) return checkFields('', 'source', source, GIT);
  const kind = checkChoice('', 'source.kind', source.kind, ['git', 'oci']);
  if (kind.length > 0) return kind;
  const problems = source.kind === 'oci' ? checkOci(source) : checkGit(source);
  return [...problems, ...(typeof source.path === 'string' ? checkFolder('source.path', source.path) : [])];
}

function checkGit(source: GitFleetSource): Problem[] {
  const { url, branch = 'main', secretName, interval, charts } = source;
  const values = { url, ref: { branch }, secretName, interval };
  const shape = checkFields('', 'source', source, GIT);
  if (shape.length > 0) return shape;
  const named = checkBranch('', 'source.branch', branch);
  if (named.length > 0) return named;
  return [
    ...(url?.startsWith('oci://') ? [kindMissing(url)] : checkGitSource('', 'source.', values)),
    ...checkFolder('source.charts', charts),
  ];
}

function kindMissing(url: string): Problem {
  return {
    code: 'source-kind',
    path: '',
    field: 'source.url',
    value: url,
    problem: 'is the address of a registry, and `source.kind` says git',
    remedy: "set `kind: 'oci'`, or write the https:// or ssh:// address of the repository",
  };
}

function checkOci(source: OciFleetSource): Problem[] {
  const shape = [...checkFields('', 'source', source, OCI), ...inSource(checkOciAccess('', source))];
  if (shape.length > 0) return shape;
  const values = checkOciSource('', source, 'tag');
  return [
    ...inSource(values),
    ...(values.some(({ field }) => field === 'url') ? [] : checkRepository(source.url)),
    ...checkTag('', 'source.tag', source.tag),
  ];
}

function inSource(problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, field: `source.${problem.field}` }));
}

/** The cluster's name comes behind it; a registry takes no capitals. */
function checkRepository(url: string): Problem[] {
  if (/^oci:\/\/[^/]+(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(url)) return [];
  return [
    {
      code: 'url-malformed',
      path: '',
      field: 'source.url',
      value: url,
      problem: 'has a path that no registry takes',
      remedy: 'use lower-case letters and digits, with single `.`, `_`, `-` and `/` between them',
    },
  ];
}

/** @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
export function checkTag(path: string, field: string, tag: string | undefined): Problem[] {
  if (tag === undefined || /^\w[\w.-]{0,127}$/.test(tag)) return [];
  return [
    {
      code: 'tag-malformed',
      path,
      field,
      value: tag,
      problem: 'is no tag',
      remedy: 'use letters, digits, `_`, `.` and `-`, at most 128, such as latest',
    },
  ];
}

/** A folder of the repository, as Flux's syncs name it behind `./`. */
function checkFolder(field: string, value: string | undefined): Problem[] {
  if (
    value === undefined ||
    (/^[\w.-]+(\/[\w.-]+)*$/.test(value) && !value.split('/').some((name) => /^\.+$/.test(name)))
  ) {
    return [];
  }
  return [
    {
      code: 'source-path',
      path: '',
      field,
      value,
      problem: 'is no folder of the repository',
      remedy:
        'write it from the root of the repository, without `./` or a slash at an end: dist, or deploy/dist',
    },
  ];
}
