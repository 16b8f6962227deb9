import { ApiObject, type Chart } from 'cdk8s';
import fc from 'fast-check';
import { ExistingCluster, Fleet, FleetApp } from '../../constructs';
import { ManifestFile } from '../../constructs/emit/manifest-file';
import { emptyFleet, parseObjects, problemsOf } from '../support/fleet';

const CLUSTERS = ['management', 'prod-eu', 'prod-us', 'edge-1'];
const APPS = ['shop', 'blog', 'api', 'jobs'];
const OBJECTS = ['Deployment', 'Service', 'ConfigMap', 'ServiceAccount', 'Namespace', 'Role'];

interface Input {
  readonly clusters: readonly string[];
  readonly apps: readonly string[];
  readonly objects: readonly string[];
  /** Apps that run on one cluster only: [app, cluster]. */
  readonly only?: Readonly<Record<string, string>>;
}

function compile({ clusters, apps, objects, only = {} }: Input): ReadonlyMap<string, string> {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
  const addApp = (name: string) => {
    const placement = only[name] ? { matchLabels: { name: only[name] } } : {};
    new FleetApp(fleet, name, { namespace: name, placement, define: (chart) => addObjects(chart, objects) });
  };
  // Apps before, between and after clusters: imports have no order that anyone should rely on.
  const half = Math.floor(apps.length / 2);
  apps.slice(0, half).forEach(addApp);
  for (const name of clusters) {
    new ExistingCluster(fleet, name, { kubernetesVersion: 'v1.35.2', management: name === 'management' });
  }
  apps.slice(half).forEach(addApp);
  return fleet.compile().files;
}

function addObjects(chart: Chart, kinds: readonly string[]): void {
  for (const kind of kinds) {
    new ApiObject(chart, kind.toLowerCase(), {
      apiVersion: 'v1',
      kind,
      metadata: { name: `${chart.node.id}-${kind.toLowerCase()}` },
    });
  }
}

const shuffled = (list: readonly string[]) => fc.shuffledSubarray([...list], { minLength: list.length });

function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

describe('the output', () => {
  it('is the same for the same fleet, in whatever order it was written', () => {
    const expected = compile({ clusters: CLUSTERS, apps: APPS, objects: OBJECTS });
    fc.assert(
      fc.property(shuffled(CLUSTERS), shuffled(APPS), shuffled(OBJECTS), (clusters, apps, objects) => {
        expect([...compile({ clusters, apps, objects })]).toEqual([...expected]);
      }),
      { numRuns: 50 },
    );
  });

  it("changes only an app's files and the lists that name it when one app joins one cluster", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CLUSTERS), fc.stringMatching(/^[a-z]{1,12}$/), (cluster, name) => {
        const app = `${name}-new`;
        const input = { clusters: CLUSTERS, apps: APPS, objects: OBJECTS };
        const changed = difference(
          compile(input),
          compile({ ...input, apps: [...APPS, app], only: { [app]: cluster } }),
        );
        expect(changed).toEqual(
          [
            `${cluster}/apps/${app}/${app}.yaml`,
            `${cluster}/apps/${app}/kustomization.yaml`,
            `${cluster}/namespaces.yaml`,
            `${cluster}/syncs.yaml`,
          ].sort(),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('lists every file of every folder, and nothing else, in its kustomization.yaml', () => {
    const files = compile({ clusters: CLUSTERS, apps: APPS, objects: OBJECTS });
    const listed = [...files]
      .filter(([name]) => name.endsWith('/kustomization.yaml'))
      .flatMap(([name, text]) => {
        const [list] = parseObjects(text) as unknown as [{ resources: string[] }];
        return list.resources.map((file) => `${name.slice(0, name.lastIndexOf('/'))}/${file}`);
      });
    const manifests = [...files.keys()].filter((name) => !name.endsWith('/kustomization.yaml'));
    expect(listed.sort()).toEqual(manifests.sort());
  });

  it('puts what others need first', () => {
    const files = compile({ clusters: CLUSTERS, apps: APPS, objects: OBJECTS });
    const kinds = parseObjects(files.get('edge-1/apps/shop/shop.yaml') ?? '').map(({ kind }) => kind);
    expect(kinds).toEqual(['Namespace', 'ServiceAccount', 'Role', 'ConfigMap', 'Service', 'Deployment']);
  });

  it('gives a cluster that runs nothing a folder all the same: its root sync reads it', () => {
    const files = compile({ clusters: CLUSTERS, apps: [], objects: [] });
    expect(files.get('edge-1/kustomization.yaml')).toContain('resources: []');
  });

  it('has no two files of one name', () => {
    const fleet = emptyFleet();
    new FleetApp(fleet, 'shop', {
      namespace: 'shop',
      placement: {},
      define: (chart) => {
        new ManifestFile(chart, 'again', {
          cluster: 'management',
          folder: 'management/apps/shop',
          file: 'shop.yaml',
        });
      },
    });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'file-duplicate',
        path: 'clusters/management/apps/shop/again',
        value: 'management/apps/shop/shop.yaml',
        problem: 'is written by clusters/management/apps/shop too',
      },
    ]);
  });

  it('keeps the name kustomization.yaml for the list of a folder', () => {
    const fleet = emptyFleet();
    new FleetApp(fleet, 'kustomization', { namespace: 'x', placement: {}, define: () => undefined });
    expect(problemsOf(fleet)).toContainEqual(
      expect.objectContaining({ code: 'file-reserved', path: 'clusters/management/apps/kustomization' }),
    );
  });

  it('takes the namespace of a chart from kinds that have none', () => {
    const fleet = emptyFleet();
    new FleetApp(fleet, 'shop', {
      namespace: 'shop',
      placement: {},
      define: (chart) => {
        new ApiObject(chart, 'role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' });
        new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap' });
      },
    });
    const objects = parseObjects(fleet.compile().files.get('management/apps/shop/shop.yaml') ?? '');
    expect(objects.map(({ metadata }) => metadata)).toEqual([
      { name: 'shop-role' },
      { name: 'shop-map', namespace: 'shop' },
    ]);
  });
});
