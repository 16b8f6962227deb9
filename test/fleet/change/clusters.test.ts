import { ExistingCluster, Fleet, LocalCluster } from '../../../constructs';
import { checkChange } from '../../../constructs/fleet/change';
import { aws, filesOf, local, NETWORKS, neverRan, texts } from './fleets';

describe('a change of clusters', () => {
  it('is nothing when nothing changed, nothing was there, or a cluster joins', () => {
    const files = filesOf(local(), aws());
    expect(texts(files, files)).toEqual([]);
    expect(texts(new Map(), files)).toEqual([]);
    expect(texts(filesOf(local()), files)).toEqual([]);
  });

  it('may change what a cluster can change: replicas, machines, labels, one more pool, one more zone', () => {
    const pools = [
      { name: 'workers', replicas: 6, instanceType: 'm7i.xlarge' },
      { name: 'more', replicas: 1, instanceType: 'm7i.large', zones: ['eu-central-1c'] },
    ];
    const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
    const loadBalancer = { allowedCidrs: ['192.0.2.0/24'] };
    const controlPlane = { replicas: 5, instanceType: 'm7i.xlarge' };
    const after = aws({
      pools,
      zones,
      loadBalancer,
      controlPlane,
      labels: { env: 'prod' },
      sshKeyName: 'ops',
    });
    expect(texts(filesOf(aws()), filesOf(after))).toEqual([]);
  });

  it('may not drop one that is protected', () => {
    expect(texts(filesOf(local()), filesOf())).toEqual([
      `clusters/dev [cluster-dropped]
  is no longer in the fleet, though it was protected: Flux forgets it, and it runs on with nobody to look after it
  remedy: bring its file in clusters/ back, and tear it down in two steps: docs/protection.md, Tearing a cluster down${neverRan('dev')}`,
    ]);
  });

  it('may not rename one: that is a new cluster', () => {
    expect(texts(filesOf(local()), filesOf(local({}, 'lab')))).toEqual([
      `clusters/dev [cluster-dropped]
  is no longer in the fleet, though it was protected: Flux forgets it, and it runs on with nobody to look after it. clusters/lab looks like it, but a cluster cannot be renamed: that is a new one
  remedy: bring its file in clusters/ back, beside lab; place the apps there by labels, and tear it down in two steps: docs/protection.md, Tearing a cluster down${neverRan('dev')}`,
    ]);
  });

  it.each([
    ['of another network', local({ networks: { ...NETWORKS, pods: ['10.0.0.0/16'] } }, 'lab')],
    ['of another kind', aws({ networks: { ...NETWORKS, vpc: '10.0.0.0/16' } }, 'lab')],
  ])('takes a new cluster %s for no renamed one', (_, other) => {
    expect(texts(filesOf(local()), filesOf(other)).join()).not.toContain('looks like it');
  });

  it('takes a cluster that was there before for no renamed one', () => {
    const others = filesOf(local({}, 'lab'), local());
    const changed = filesOf(local({ controlPlane: { replicas: 3 } }, 'lab'));
    expect(texts(others, changed).join()).not.toContain('looks like it');
  });

  it("may not remove one that was never 'allowed' to go", () => {
    expect(texts(filesOf(local()), filesOf(local({ teardown: 'removed' })))).toEqual([
      `clusters/dev [teardown-skipped]
  teardown is "removed": comes before 'allowed': Flux passes over a protected Cluster and forgets it; it would run on, and nothing would ever delete it
  remedy: set teardown: 'allowed', merge, wait until Flux has applied that, and set 'removed' then: docs/protection.md, Tearing a cluster down${neverRan('dev')}`,
    ]);
  });

  it('may take every step of a teardown, and go back to the first', () => {
    const steps = [
      local(),
      local({ teardown: 'allowed' }),
      local(),
      local({ teardown: 'allowed' }),
      local({ teardown: 'removed' }),
      () => undefined,
    ].map((step) => filesOf(step));
    for (const [i, after] of steps.entries()) {
      if (i > 0) expect(texts(steps[i - 1] ?? new Map(), after)).toEqual([]);
    }
    const [, allowed = new Map(), , , removed = new Map()] = steps;
    expect(texts(removed, allowed)).toEqual([]);
  });

  it("may not lose the file of one that is 'allowed' to go: Flux would delete it at once", () => {
    expect(texts(filesOf(local({ teardown: 'allowed' })), filesOf())).toEqual([
      `clusters/dev [teardown-skipped]
  is no longer in the fleet right after teardown: 'allowed': Flux would delete it with all of its machines
  remedy: bring its file in clusters/ back; to delete it, set teardown: 'removed', merge, and remove the file when nothing is left: docs/protection.md, Tearing a cluster down${neverRan('dev')}`,
    ]);
  });

  it('may not turn one into another kind of cluster, and says nothing of what follows from that', () => {
    const before = filesOf(local({}, 'prod'));
    expect(texts(before, filesOf(aws({ kubernetesVersion: 'v1.31.9' })))).toEqual([
      `clusters/prod [provider-changed]
  is "AwsCluster": was "LocalCluster": one cannot become the other, and the old machines would run on with nobody to look after them
  remedy: undo it. What shall be otherwise is a new cluster of another name: place the apps there by labels, then tear this one down in two steps (docs/protection.md)${neverRan('prod')}`,
    ]);
  });

  it('may not rename the management cluster: another Flux would make every cluster once more', () => {
    const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
    new ExistingCluster(fleet, 'hub', { kubernetesVersion: 'v1.36.3', management: true });
    for (const name of ['dev', 'lab']) {
      new LocalCluster(fleet, name, {
        kubernetesVersion: 'v1.35.4',
        networks: NETWORKS,
        controlPlane: { replicas: 1 },
        pools: [],
      });
    }
    const before = filesOf(local(), local({}, 'lab'));
    const { files } = fleet.compile();
    expect(texts(before, files)).toEqual([
      `clusters/hub [management-renamed]
  name is "hub": was "management": a Flux that reads dist/hub makes every cluster once more, beside those that dist/management made (dev, lab)
  remedy: keep the name. Another management cluster takes over its folder, name and all: docs/protection.md, Moving to another management cluster. Those that never ran, or are gone already, may be named in \`forget\` of the fleet for this change`,
    ]);
    expect(checkChange(before, files, ['lab'], 'out')).toMatchObject([
      { problem: expect.stringMatching(/ reads out\/hub .+ that out\/management made \(dev\)$/) },
    ]);
    expect(checkChange(before, files, ['dev', 'lab'])).toEqual([]);
  });

  it('is not judged by a new file that is no YAML: that is reported for itself', () => {
    const file = 'management/clusters/dev/dev.yaml';
    const files = filesOf(local());
    const edited = filesOf(local({ kubernetesVersion: 'v1.31.9' }))
      .get(file)
      ?.replace('spec:', '<<<<<<< HEAD\nspec:');
    expect(checkChange(files, new Map(files).set(file, edited ?? ''))).toEqual([]);
  });
});
