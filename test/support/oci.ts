import { Fleet, type FleetSource, type OciFleetSource } from '../../constructs';
import { cluster } from './fleet';

/** A source in a registry with every field. */
export const allProps: Required<OciFleetSource> = {
  kind: 'oci',
  url: 'oci://registry.example.com:5000/team/fleet',
  tag: 'release-1.x',
  secretName: 'registry-credential',
  interval: '5m',
  path: 'deploy/out',
  provider: 'aws',
  verify: { identities: [{ issuer: '^https://ci\\.example\\.com$', subject: '^fleet$' }] },
};

/** A source in a registry with nothing but what it needs. */
export const least: OciFleetSource = { kind: 'oci', url: 'oci://registry.example.com/fleet' };

/** A fleet of two clusters with a source. */
export function fleetOf(source: FleetSource): Fleet {
  const fleet = new Fleet({ source });
  cluster(fleet, 'management', { management: true });
  cluster(fleet, 'prod', { installFlux: true });
  return fleet;
}
