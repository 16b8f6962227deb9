import { cluster, emptyFleet, problemsOf } from '../support/fleet';

describe('networks', () => {
  it.each([
    ['10.0.0.0', 'is no block of addresses'],
    ['10.0.0.0/33', 'is no block of addresses'],
    ['10.0.0.256/16', 'is no block of addresses'],
    ['010.0.0.0/16', 'is no block of addresses'],
    ['fd00::/129', 'is no block of addresses'],
    ['10.0.0.1/16', 'does not begin at the first address of its block'],
  ])('malformed: %s', (cidr, problem) => {
    const fleet = emptyFleet();
    cluster(fleet, 'edge', { networks: { pods: [cidr], services: ['10.96.0.0/16'] } });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'cidr-malformed', path: 'clusters/edge', field: 'networks.pods[0]', value: cidr, problem },
    ]);
  });

  it('that overlap inside a cluster, in either order of size', () => {
    for (const [pods, services] of [
      ['10.0.0.0/8', '10.96.0.0/16'],
      ['10.96.0.0/16', '10.0.0.0/8'],
    ] as const) {
      const fleet = emptyFleet();
      cluster(fleet, 'edge', { networks: { pods: [pods], services: [services] } });
      expect(problemsOf(fleet)).toMatchObject([
        { code: 'cidr-overlap', field: 'networks.services[0]', problem: `overlaps networks.pods[0] ${pods}` },
      ]);
    }
  });

  it('that overlap between clusters only where these say they are connected', () => {
    const networks = { pods: ['10.0.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.1.0.0/16' };
    const apart = emptyFleet();
    cluster(apart, 'a', { networks });
    cluster(apart, 'b', { networks });
    expect(problemsOf(apart)).toEqual([]);

    const connected = emptyFleet();
    cluster(connected, 'a', { networks, connectedTo: ['b'] });
    cluster(connected, 'b', { networks: { ...networks, services: ['10.97.0.0/16'] }, connectedTo: ['a'] });
    expect(problemsOf(connected)).toMatchObject([
      {
        code: 'cidr-overlap',
        path: 'clusters/b',
        field: 'networks.pods[0]',
        problem: 'overlaps a: networks.pods[0] 10.0.0.0/16',
      },
      { code: 'cidr-overlap', path: 'clusters/b', field: 'networks.vpc' },
    ]);
  });

  it('connected to no cluster of the fleet', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'a', { connectedTo: ['b'] });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'connection-unknown',
        field: 'connectedTo[0]',
        value: 'b',
        remedy: 'name another cluster: management',
      },
    ]);
  });
});
