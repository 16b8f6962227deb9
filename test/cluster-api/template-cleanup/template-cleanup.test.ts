import * as path from 'node:path';
import { TemplateCleanup, type TemplateCleanupProps } from '../../../constructs/cluster-api/template-cleanup';
import { TEMPLATES } from '../../../constructs/cluster-api/template-cleanup/kinds';
import { parseObjects, renderAlone } from '../../support/fleet';
import { ROOT, readTree } from '../../support/folder';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const allProps: Required<TemplateCleanupProps> = {
  templates: [...TEMPLATES.kubeadm, ...TEMPLATES.docker],
  apiServerCidrs: ['10.96.0.1/32'],
};

const render = (props: TemplateCleanupProps) =>
  renderAlone((chart) => {
    new TemplateCleanup(chart, 'template-cleanup', props);
  });

describe('TemplateCleanup', () => {
  it('is a job that reaches the API server only, with rights on the templates and what refers to them', () => {
    const { yaml } = render(allProps);
    expectGolden(__dirname, 'template-cleanup.golden.yaml', yaml);
    expectValid(yaml);
    expectValid(yaml, '1.35');
  });

  it('has no rights but in the namespace of the clusters, to list and to delete templates', () => {
    const roles = render(allProps).objects.filter(({ kind }) => kind.endsWith('Role'));
    expect(roles.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(['Role clusters']);
    const rules = roles[0]?.rules as unknown as { resources: string[]; verbs: string[] }[];
    for (const { resources, verbs } of rules) {
      expect(verbs).toEqual(
        resources.every((one) => one.endsWith('templates')) ? ['list', 'delete'] : ['list'],
      );
    }
    expect(JSON.stringify(rules)).not.toContain('*');
  });

  it('knows every kind of template that this library makes', () => {
    const rendered = Object.entries(readTree(path.join(ROOT, 'test/clusters')))
      .filter(([file]) => file.endsWith('.golden.yaml'))
      .flatMap(([, yaml]) => parseObjects(yaml))
      .filter((object) => object?.metadata?.labels?.['fleetwright.dev/template'] === 'true');
    const made = new Set(rendered.map(({ apiVersion, kind }) => `${apiVersion}/${kind.toLowerCase()}s`));
    const known = Object.values(TEMPLATES)
      .flat()
      .map(({ group, version, plural }) => `${group}/${version}/${plural}`);
    expect(known).toEqual(expect.arrayContaining([...made]));
    expect(made.size).toBeGreaterThan(2);
  });
});
