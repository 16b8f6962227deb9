import { checkFields, type Fields } from '../fleet/check/fields';
import { checkObjectName } from '../fleet/check/names';
import type { Problem } from '../problem';
import type { S3Identity, S3Settings } from './platform';

const IDENTITY: Fields<{ secretName?: string; roleArn?: string }> = {
  secretName: 'string?',
  roleArn: 'string?',
};

/** An identity for each job: the ARN of a role, or the name of a Secret. */
const JOBS: Fields<NonNullable<S3Settings['jobRoles']>> = {
  backup: 'string',
  restoreTest: 'string',
};

/** A role in any partition: aws, aws-cn, aws-us-gov and the others. */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** What is wrong with the identities that act on S3. */
export function checkIdentities(path: string, { operator, jobRoles, jobSecrets }: S3Settings): Problem[] {
  return [
    ...checkIdentity(path, 'platform.s3.operator', operator, 'S3'),
    ...checkJobs(path, 'platform.s3.jobRoles', jobRoles, checkRole),
    ...checkJobs(path, 'platform.s3.jobSecrets', jobSecrets, checkObjectName),
    ...(jobRoles && jobSecrets ? [bothForJobs(path, jobSecrets)] : []),
  ];
}

function checkJobs(
  path: string,
  field: string,
  jobs: S3Settings['jobRoles'],
  check: (path: string, field: string, value: string) => Problem[],
): Problem[] {
  const malformed = checkFields(path, field, jobs, JOBS);
  if (!jobs || malformed.length > 0) return malformed;
  return [
    ...check(path, `${field}.backup`, jobs.backup),
    ...check(path, `${field}.restoreTest`, jobs.restoreTest),
  ];
}

function bothForJobs(path: string, value: unknown): Problem {
  return {
    code: 'identity-ambiguous',
    path,
    field: 'platform.s3.jobSecrets',
    value,
    problem: 'are Secrets for jobs that have roles',
    remedy: 'give either `jobRoles` or `jobSecrets`',
  };
}

/**
 * What is wrong with an identity: static keys in a Secret, or a role.
 *
 * @param on what it acts on, such as `S3`
 */
export function checkIdentity(path: string, field: string, identity: S3Identity, on: string): Problem[] {
  const malformed = checkFields(path, field, identity, IDENTITY);
  if (malformed.length > 0) return malformed;
  const { secretName, roleArn } = identity as { secretName?: unknown; roleArn?: unknown };
  // By key: whoever reads an identity tells the two by their keys, whatever the values.
  const keys = Object.keys(identity);
  if (keys.length !== 1) {
    return [
      {
        code: 'identity-ambiguous',
        path,
        field,
        value: identity,
        problem: keys.length === 0 ? `names nobody who could act on ${on}` : 'names a Secret and a role',
        remedy: 'give either `secretName` or `roleArn`',
      },
    ];
  }
  if ('roleArn' in identity) return checkRole(path, `${field}.roleArn`, roleArn);
  return checkObjectName(path, `${field}.secretName`, secretName ?? null);
}

/** An ARN of an IAM role that is none. */
export function checkRole(path: string, field: string, value: unknown): Problem[] {
  if (typeof value === 'string' && ROLE_ARN.test(value)) return [];
  return [
    {
      code: 'role-malformed',
      path,
      field,
      value,
      problem: 'is no ARN of a role',
      remedy: 'copy it whole, such as arn:aws:iam::111122223333:role/backup',
    },
  ];
}
