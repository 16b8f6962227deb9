import type { Kind } from '../../../constructs/cluster-api/template-cleanup/kinds';
import type { Api, ApiObject } from '../../../operator/template-cleanup/api';
import { run } from '../../../operator/template-cleanup/run';

const group = 'infrastructure.cluster.x-k8s.io';
const templates: Kind[] = [{ group, version: 'v1beta2', plural: 'devmachinetemplates' }];

const template = (name: string): ApiObject => ({
  apiVersion: `${group}/v1beta2`,
  kind: 'DevMachineTemplate',
  metadata: {
    ...{ name, uid: `uid-${name}`, resourceVersion: '7' },
    labels: { 'fleetwright.dev/template': 'true' },
    ownerReferences: [{ apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster' }],
  },
});

const object = (kind: string, spec: unknown): ApiObject => ({
  apiVersion: 'v1beta2',
  kind,
  metadata: { name: 'it', uid: 'it', resourceVersion: '1' },
  spec,
});

const refer = (name: string) => ({ apiGroup: group, kind: 'DevMachineTemplate', name });
const config = { apiGroup: 'bootstrap.cluster.x-k8s.io', kind: 'KubeadmConfigTemplate', name: 'joins' };
const controlPlane = (name: string) =>
  object('KubeadmControlPlane', { machineTemplate: { spec: { infrastructureRef: refer(name) } } });
const machines = (kind: string, name: string) =>
  object(kind, { template: { spec: { infrastructureRef: refer(name), bootstrap: { configRef: config } } } });

type Lists = Record<string, readonly ApiObject[] | Error>;

/** An API server that answers with these lists, and counts what is asked of it. */
class FakeApi implements Api {
  readonly asked: string[] = [];

  constructor(
    private readonly lists: Lists,
    private readonly later: Lists = {},
    private readonly gone = false,
  ) {}

  async list({ plural }: Kind): Promise<readonly ApiObject[]> {
    const isLater = this.asked.includes(plural);
    this.asked.push(plural);
    const answer = (isLater ? this.later[plural] : undefined) ?? this.lists[plural] ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async remove({ plural }: Kind, { metadata }: ApiObject): Promise<boolean> {
    this.asked.push(`delete ${plural} ${metadata.name}`);
    return !this.gone;
  }

  get deleted(): string[] {
    return this.asked.filter((one) => one.startsWith('delete'));
  }
}

async function tidy(api: Api, dryRun = false): Promise<string[]> {
  const lines: string[] = [];
  await run({ api, templates, dryRun, print: (line) => lines.push(line) });
  return lines;
}

const all = {
  devmachinetemplates: ['cp', 'pool', 'rolling', 'old'].map(template),
  kubeadmcontrolplanes: [controlPlane('cp')],
  machinedeployments: [machines('MachineDeployment', 'pool')],
  machinesets: [machines('MachineSet', 'pool'), machines('MachineSet', 'rolling')],
};

describe('a run', () => {
  it('removes what neither a control plane, nor a pool, nor an earlier version of one refers to', async () => {
    const api = new FakeApi(all);
    expect(await tidy(api)).toEqual(['removed DevMachineTemplate old', '4 templates, 1 removed, 3 in use']);
    expect(api.deleted).toEqual(['delete devmachinetemplates old']);
  });

  it('reads what refers to templates after them, and again right before it deletes one', async () => {
    const api = new FakeApi(all);
    await tidy(api);
    const referrers = ['kubeadmcontrolplanes', 'machinedeployments', 'machinesets'];
    expect(api.asked).toEqual([
      'devmachinetemplates',
      ...referrers,
      ...referrers,
      'delete devmachinetemplates old',
    ]);
  });

  it('leaves what something refers to by then', async () => {
    const api = new FakeApi(all, { machinedeployments: [machines('MachineDeployment', 'old')] });
    expect(await tidy(api)).toEqual(['4 templates, 0 removed, 4 in use']);
    expect(api.deleted).toEqual([]);
  });

  it('only says what it would do in a dry run', async () => {
    const api = new FakeApi(all);
    expect(await tidy(api, true)).toEqual([
      'would remove DevMachineTemplate old',
      '4 templates, 0 removed, 3 in use',
    ]);
    expect(api.deleted).toEqual([]);
  });

  it('leaves to the next run what changed meanwhile', async () => {
    expect(await tidy(new FakeApi(all, {}, true))).toEqual([
      '4 templates, 0 removed, 1 changed meanwhile, 3 in use',
    ]);
  });

  it.each(Object.keys(all))('deletes nothing when %s cannot be listed', async (plural) => {
    const api = new FakeApi({ ...all, [plural]: new Error(`no ${plural}`) });
    await expect(tidy(api)).rejects.toThrow(`no ${plural}`);
    expect(api.deleted).toEqual([]);
  });

  it.each(['kubeadmcontrolplanes', 'machinedeployments', 'machinesets'])(
    'deletes nothing when %s cannot be listed again',
    async (plural) => {
      const api = new FakeApi(all, { [plural]: new Error(`no ${plural}`) });
      await expect(tidy(api)).rejects.toThrow(`no ${plural}`);
      expect(api.deleted).toEqual([]);
    },
  );

  it.each<[string, string, ApiObject]>([
    ['a control plane', 'kubeadmcontrolplanes', object('KubeadmControlPlane', {})],
    ['a control plane without a spec', 'kubeadmcontrolplanes', object('KubeadmControlPlane', undefined)],
    ['a pool without a spec', 'machinedeployments', object('MachineDeployment', null)],
    [
      'a pool whose reference is nothing',
      'machinedeployments',
      object('MachineDeployment', { template: { spec: { infrastructureRef: null } } }),
    ],
    ['a pool', 'machinedeployments', object('MachineDeployment', { template: { spec: {} } })],
    [
      'a set',
      'machinesets',
      object('MachineSet', {
        template: { spec: { infrastructureRef: refer('old'), bootstrap: { configRef: {} } } },
      }),
    ],
  ])('deletes nothing when %s refers in a way that is unknown', async (_, plural, unknown) => {
    const api = new FakeApi({ ...all, [plural]: [unknown] });
    await expect(tidy(api)).rejects.toThrow(`${unknown.kind} it refers to a template in an unknown way`);
    expect(api.deleted).toEqual([]);
  });
});
