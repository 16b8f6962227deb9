import { build } from '../../main';
import { parseObjects } from '../support/fleet';

test("the reference fleet's operator reaches its own API server, no other", () => {
  const { files } = build().compile();
  const yaml = files.get('prod-eu/controllers/fleetwright-operator/fleetwright-operator.yaml') ?? '';
  const policy = parseObjects(yaml).find(({ kind }) => kind === 'NetworkPolicy');
  expect(policy?.spec).toMatchObject({
    egress: [
      {},
      {
        ports: [{ port: 443 }, { port: 6443 }],
        to: [{ ipBlock: { cidr: '10.132.0.0/20' } }, { ipBlock: { cidr: '10.10.0.0/16' } }],
      },
      { ports: [{ port: 443 }] },
    ],
  });
});
