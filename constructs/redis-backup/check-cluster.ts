import type { Construct } from 'constructs';
import { checkBlocks } from '../fleet/check/networks';
import { Cluster } from '../fleet/cluster';
import type { Problem } from '../problem';
import { checkPlatform } from './check-platform';
import type { RedisPlatform } from './platform';

/** Kinds of clusters on which nothing gives a pod the credentials of a role. One that exists may be EKS. */
const ROLELESS: readonly string[] = ['aws', 'local'];

/**
 * What is wrong with a platform's settings on the cluster where they hold.
 *
 * @param takesRoles whether the construct itself gives the platform's roles to pods
 */
export function checkPlatformHere(
  construct: Construct,
  platform: RedisPlatform,
  takesRoles: boolean,
): Problem[] {
  const { path } = construct.node;
  const problems = checkPlatform(path, platform);
  if (problems.length > 0) return problems;
  return [
    ...checkDestinations(path, 'platform.s3Cidrs', platform.s3Cidrs),
    ...(takesRoles ? checkRolesUsable(construct, platform) : []),
  ];
}

/** Roles of a platform on a cluster where no pod could take them. */
function checkRolesUsable(construct: Construct, { s3 }: RedisPlatform): Problem[] {
  const cluster = Cluster.of(construct);
  if (!cluster || !ROLELESS.includes(cluster.provider)) return [];
  const { path } = construct.node;
  const unusable = (field: string, value: unknown, remedy: string): Problem => ({
    code: 'identity-role-unusable',
    path,
    field: `platform.s3.${field}`,
    value,
    problem: `is of no use on ${cluster.name}: only EKS gives a pod the credentials of a role`,
    remedy,
  });
  return [
    ...('roleArn' in s3.operator
      ? [unusable('operator.roleArn', s3.operator.roleArn, 'use `secretName` here, or an EKS cluster')]
      : []),
    ...(s3.jobRoles
      ? [unusable('jobRoles', s3.jobRoles, 'leave it out here: each job then reads a Secret of its own')]
      : []),
  ];
}

/** Where a NetworkPolicy lets pods go. An empty list would be everywhere. */
export function checkDestinations(
  path: string,
  field: string,
  cidrs: readonly string[] | undefined,
): Problem[] {
  if (cidrs === undefined) return [];
  const at = { path, field, value: cidrs };
  if (!Array.isArray(cidrs)) {
    const remedy = "write it like ['10.0.0.0/16']";
    return [{ ...at, code: 'field-malformed', problem: 'is no list of blocks', remedy }];
  }
  if (cidrs.length > 0) return checkBlocks(path, field, cidrs);
  return [
    {
      ...at,
      code: 'cidrs-empty',
      problem: 'is empty, which a NetworkPolicy takes for everywhere',
      remedy: 'list the blocks, or leave the field out if everywhere is meant',
    },
  ];
}
