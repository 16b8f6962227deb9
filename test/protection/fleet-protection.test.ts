import { FleetProtection, type FleetProtectionProps } from '../../constructs';
import { problemsAlone, renderAlone } from '../support/fleet';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';

const allProps: Required<FleetProtectionProps> = {
  controllers: ['system:serviceaccount:cluster-api:core'],
};

const render = (props?: FleetProtectionProps) =>
  renderAlone((chart) => {
    new FleetProtection(chart, 'protection', props);
  }).yaml;

// What the API server makes of the expressions is proved in test/e2e/apply/protection.e2e.ts.
describe('FleetProtection', () => {
  it('renders its policies with their bindings', () => {
    const yaml = render();
    expectGolden(__dirname, 'fleet-protection.golden.yaml', yaml);
    expectValid(yaml);
    expectValid(yaml, '1.35');
  });

  it('lets other controllers delete parts of clusters, and the garbage collector always', () => {
    expect(render(allProps)).toContain(
      "request.userInfo.username in ['system:serviceaccount:kube-system:generic-garbage-collector', 'system:serviceaccount:cluster-api:core']",
    );
  });

  it('refuses users that would end the quotes of the expression', () => {
    const problems = problemsAlone((chart) => {
      new FleetProtection(chart, 'protection', { controllers: ["x'] || true || request.name in ['"] });
    });
    expect(problems).toMatchObject([
      {
        code: 'user-malformed',
        field: 'controllers[0]',
        problem: 'is no user of the API server',
        remedy: 'write it in full, like system:serviceaccount:capi-system:capi-manager',
      },
    ]);
  });

  it('reports misspelt fields', () => {
    const problems = problemsAlone((chart) => {
      new FleetProtection(chart, 'protection', { controler: [] } as FleetProtectionProps);
    });
    expect(problems).toMatchObject([{ code: 'field-unknown', field: 'controler' }]);
  });
});
