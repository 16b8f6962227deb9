import * as ipaddr from 'ipaddr.js';
import type { Problem } from '../../problem';
import { checkRole } from '../../redis-backup/check-identity';
import { checkCidrs } from '../aws/network-check';
import type { EksClusterProps } from './props';

/** Who reaches the API server and gets in, and the key of its Secrets. */
export function checkAccess(path: string, props: EksClusterProps): Problem[] {
  const { endpoint, secretsKey, region } = props;
  return [
    ...checkEndpoint(path, endpoint),
    ...checkPeople(path, props),
    ...checkKey(path, secretsKey, region),
  ];
}

/** Roles, each once: EKS has one access entry for each. */
function checkPeople(path: string, { admins = [], viewers = [] }: EksClusterProps): Problem[] {
  const roles = [
    ...admins.map((role, i) => ({ role, field: `admins[${i}]` })),
    ...viewers.map((role, i) => ({ role, field: `viewers[${i}]` })),
  ];
  return roles.flatMap(({ role, field }, i) => {
    const first = roles.findIndex((other) => other.role === role);
    if (first === i) return checkRole(path, field, role);
    return [
      {
        code: 'role-duplicate',
        path,
        field,
        value: role,
        problem: `is ${roles[first]?.field} too`,
        remedy: 'list each role once; administrators see everything',
      },
    ];
  });
}

function checkEndpoint(path: string, endpoint: EksClusterProps['endpoint']): Problem[] {
  if (endpoint === 'private' || endpoint === 'everyone') return [];
  if (typeof endpoint === 'string') {
    return [
      {
        code: 'value-unknown',
        path,
        field: 'endpoint',
        value: endpoint,
        problem: 'is none of the values that it takes',
        remedy: "use private or everyone, or list blocks: { publicCidrs: ['203.0.113.0/24'] }",
      },
    ];
  }
  const field = 'endpoint.publicCidrs';
  const { publicCidrs } = endpoint;
  const malformed = checkCidrs(path, field, publicCidrs);
  if (malformed.length > 0) return malformed;
  if (publicCidrs.length === 0) {
    return [
      {
        code: 'endpoint-open',
        path,
        field,
        value: publicCidrs,
        problem: 'is empty, which EKS takes for everyone',
        remedy:
          "list the blocks that people and the management cluster come from, or set `endpoint: 'private'`",
      },
    ];
  }
  return publicCidrs.flatMap((cidr, i) => checkPublicCidr(path, `${field}[${i}]`, cidr));
}

function checkPublicCidr(path: string, field: string, cidr: string): Problem[] {
  const at = { path, field, value: cidr };
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  if (bits === 0) {
    return [
      {
        ...at,
        code: 'endpoint-open',
        problem: 'lets everyone in',
        remedy: "list the blocks that people come from; `endpoint: 'everyone'` says that it is meant",
      },
    ];
  }
  if (!['private', 'carrierGradeNat', 'loopback', 'linkLocal'].includes(address.range())) return [];
  return [
    {
      ...at,
      code: 'endpoint-private',
      problem: 'is no public block: nobody comes from there over the internet',
      remedy: 'give the public addresses, such as those of a NAT gateway; the VPC itself needs no entry',
    },
  ];
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Provider.html */
function checkKey(path: string, value: string, region: string): Problem[] {
  const at = { path, field: 'secretsKey', value };
  const [, where] =
    /^arn:aws(?:-[a-z-]+)?:kms:([a-z0-9-]+):\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      value,
    ) ?? [];
  if (where === undefined) {
    return [
      {
        ...at,
        code: 'key-malformed',
        problem: 'is no ARN of a KMS key',
        remedy: `write it in full, like arn:aws:kms:${region}:123456789012:key/01234567-89ab-cdef-0123-456789abcdef; an alias is none`,
      },
    ];
  }
  if (where === region) return [];
  return [
    {
      ...at,
      code: 'key-region',
      problem: `is a key of ${where}, and the cluster is in ${region}`,
      remedy: `use a key of ${region}; a replica of a multi-region key is one`,
    },
  ];
}
