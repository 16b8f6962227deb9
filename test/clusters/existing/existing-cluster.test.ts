import { ExistingCluster, type ExistingClusterProps } from '../../../constructs';
import { readings } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const allProps: Required<ExistingClusterProps> = {
  labels: { env: 'prod' },
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
  connectedTo: ['management'],
  tenants: [],
  secretsFile: 'test/support/flux.sops.yaml',
  versions: { flux: 'v2.7.4' },
  management: false,
  installFlux: true,
};

function problems(props: object): string[] {
  const fleet = emptyFleet();
  new ExistingCluster(fleet, 'on-premises', { ...allProps, ...props });
  return readings(fleet);
}

describe('ExistingCluster', () => {
  it('takes every prop', () => {
    expect(problems({})).toEqual([]);
  });

  it('is filled by the management cluster', () => {
    const fleet = emptyFleet();
    new ExistingCluster(fleet, 'on-premises', allProps);
    const { files } = fleet.compile();
    const hub = files.get('management/clusters/on-premises.yaml') ?? '';
    const handoff = files.get('management/clusters/on-premises/handoff/handoff.yaml') ?? '';
    expectGolden(__dirname, 'existing-cluster.golden.yaml', hub + handoff);
    expectValid(hub + handoff);
  });

  it('has no objects on the management cluster but those that fill it', () => {
    const fleet = emptyFleet();
    new ExistingCluster(fleet, 'on-premises', allProps);
    const files = [...fleet.compile().files.keys()].filter((file) => file.startsWith('management/clusters/'));
    expect(files).not.toContain('management/clusters/on-premises/on-premises.yaml');
    expect(files.length).toBeGreaterThan(0);
  });

  it('reports misspelt fields, at the top and in networks', () => {
    expect(problems({ managment: true, networks: { ...allProps.networks, pod: [] } })).toEqual([
      'managment [field-unknown] is no field here; remove it, or use one of labels, kubernetesVersion, networks, connectedTo, tenants, secretsFile, versions, management, installFlux (did you mean "management"?)',
      'networks.pod [field-unknown] is no field here; remove it, or use one of pods, services, vpc (did you mean "pods"?)',
    ]);
  });
});
