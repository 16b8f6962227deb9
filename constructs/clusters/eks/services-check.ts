import * as ipaddr from 'ipaddr.js';
import type { Problem } from '../../problem';

/** The sizes of blocks for services that EKS takes. */
const BITS = { min: 12, max: 24 } as const;

/**
 * One block of private IPv4 addresses.
 *
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
 */
export function checkServices(path: string, services: readonly string[]): Problem[] {
  const [block = '', ...others] = services;
  const bits = Number(block.split('/')[1]);
  const isPrivate =
    ipaddr.IPv4.isValidCIDRFourPartDecimal(block) && ipaddr.IPv4.parseCIDR(block)[0].range() === 'private';
  if (isPrivate && bits >= BITS.min && bits <= BITS.max && others.length === 0) return [];
  return [
    {
      code: 'services-unfit',
      path,
      field: 'networks.services',
      value: services,
      problem: 'is not what EKS takes for services',
      remedy: `give one IPv4 block from /${BITS.min} to /${BITS.max} of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`,
    },
  ];
}
