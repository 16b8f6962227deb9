import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { TemplateCleanup, type TemplateCleanupProps } from '../../../constructs/cluster-api/template-cleanup';
import { TEMPLATES } from '../../../constructs/cluster-api/template-cleanup/kinds';
import { PROGRAM } from '../../../constructs/cluster-api/template-cleanup/program';
import { parseObjects, renderAlone } from '../../support/fleet';
import { ROOT, readTree, temporaryFolder } from '../../support/folder';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const allProps: Required<TemplateCleanupProps> = {
  templates: [...TEMPLATES.kubeadm, ...TEMPLATES.docker],
  apiServerCidrs: ['10.96.0.1/32'],
};

const scratch = temporaryFolder('template-cleanup');

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

  it('runs the program of its ConfigMap, in an image that is there', () => {
    const { objects } = render(allProps);
    const [configMap] = objects.filter(({ kind }) => kind === 'ConfigMap');
    const job = objects.find(({ kind }) => kind === 'CronJob') as unknown as CronJob;
    const pod = job.spec.jobTemplate.spec.template.spec;
    const [container] = pod.containers;
    expect(container.image).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(pod.volumes).toEqual([{ name: 'program', configMap: { name: configMap?.metadata.name } }]);
    const [{ mountPath }] = container.volumeMounts;
    expect(container.volumeMounts).toEqual([{ name: 'program', mountPath, readOnly: true }]);
    expect(configMap?.data).toEqual({ 'template-cleanup.mjs': PROGRAM });
    expect(container.command).toEqual(['node', `${mountPath}/template-cleanup.mjs`]);
  });

  it('carries a program that Flux leaves as it is, and that says what it wants', () => {
    expect(PROGRAM).not.toContain('${');
    const file = path.join(scratch, 'program.mjs');
    fs.writeFileSync(file, PROGRAM);
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(stderr).toBe('template-cleanup: --namespace and --templates are required\n');
    expect(status).toBe(1);
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

/** The members of the job that are read here. */
interface CronJob {
  readonly spec: {
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };
}

interface PodSpec {
  readonly containers: readonly [
    {
      readonly image: string;
      readonly command: readonly string[];
      readonly volumeMounts: readonly [{ readonly mountPath: string }];
    },
  ];
  readonly volumes: readonly object[];
}
