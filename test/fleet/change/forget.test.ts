import * as fs from 'node:fs';
import * as path from 'node:path';
import { ExistingCluster, Fleet, type FleetProps } from '../../../constructs';
import { checkChange, clustersIn, forgetOf } from '../../../constructs/fleet/change';
import { problemsOf } from '../../support/fleet';
import { temporaryFolder } from '../../support/folder';
import { filesOf, local, text } from './fleets';

const scratch = temporaryFolder('forget');
let folders = 0;
const fresh = () => path.join(scratch, String(folders++), 'dist');

const LIST = 'management/kustomization.yaml';

/** A fleet that forgets clusters. */
function fleetOf(
  forget: FleetProps['forget'],
  clusters: readonly ReturnType<typeof local>[],
  outdir?: string,
): Fleet {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' }, outdir, forget });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  for (const add of clusters) add(fleet);
  return fleet;
}

/** Synthesizes, and returns what a person reads. */
function synth(...args: Parameters<typeof fleetOf>): string {
  let out = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
  try {
    fleetOf(...args).synth();
  } finally {
    write.mockRestore();
  }
  return out;
}

const moved = local({ networks: { pods: ['10.1.0.0/16'], services: ['10.96.0.0/16'] } });
const LINE = (name: string) =>
  `  ! ${name} is in \`forget\`: what the change would lose of it was not looked at. Take it out with the next change`;

describe('forget', () => {
  it('lets a change lose the clusters that it names, and no other', () => {
    const before = filesOf(local(), local({}, 'lab'));
    expect(checkChange(before, filesOf()).map(({ path: where }) => where)).toEqual([
      'clusters/dev',
      'clusters/lab',
    ]);
    expect(checkChange(before, filesOf(), ['dev']).map(({ path: where }) => where)).toEqual(['clusters/lab']);
    expect(checkChange(filesOf(local()), filesOf(moved), ['dev'])).toEqual([]);
  });

  it('is in the list of the management cluster, sorted and each once; without it nothing is', () => {
    const { files } = fleetOf(['lab', 'dev', 'lab'], [local(), local({}, 'lab')]).compile();
    const lists = [...files].filter(([, content]) => content.includes('fleetwright.dev/forget'));
    expect(lists).toEqual([[LIST, expect.stringContaining('\n    fleetwright.dev/forget: dev,lab\n')]]);
    expect(forgetOf(files.get(LIST))).toEqual(['dev', 'lab']);
    expect(fleetOf([], [local()]).compile().files).toEqual(filesOf(local()));
    expect(forgetOf(filesOf().get(LIST))).toEqual([]);
    expect(forgetOf('fleetwright.dev/forget: [')).toEqual([]);
    expect(forgetOf(undefined)).toEqual([]);
  });

  it('is heard by synth, which says so, in every run until it is taken out', () => {
    const outdir = fresh();
    synth([], [local(), local({}, 'lab')], outdir);
    expect(() => synth([], [moved], outdir)).toThrow(/^2 problems/);
    const first = synth(['dev', 'lab'], [moved], outdir);
    expect(first).toContain(` removed\n${LINE('dev')}\n${LINE('lab')}\n`);
    expect(first).not.toContain('is no longer in the fleet');
    // The one is not there any more, neither in the fleet nor in dist/.
    expect(
      synth(
        ['dev', 'lab'],
        [local({ networks: { pods: ['10.2.0.0/16'], services: ['10.96.0.0/16'] } })],
        outdir,
      ),
    ).toContain(LINE('lab'));
    expect(() => synth([], [local()], outdir)).toThrow('field-immutable');
    expect(fs.readFileSync(path.join(outdir, LIST), 'utf8')).toContain('forget: dev,lab');
  });

  it.each([
    ['misspelt', 'labb', ' (did you mean "lab"?)'],
    ['unknown', 'nobody', ''],
  ])('does not take a name that is %s', (_, name, hint) => {
    const outdir = fresh();
    synth([], [local(), local({}, 'lab')], outdir);
    const problems = (): string[] => {
      try {
        synth([name, 'lab'], [local()], outdir);
        return [];
      } catch (error) {
        return (error as { problems: Parameters<typeof text>[0][] }).problems.map(text);
      }
    };
    expect(problems()).toEqual([
      `(fleet) [forget-unknown]
  forget is "${name}": is no cluster of the fleet, and was none before the change
  remedy: correct the name, or take it out${hint}`,
    ]);
  });

  it('cannot know what a first output came from', () => {
    expect(synth(['gone'], [local()], fresh())).toContain(LINE('gone'));
  });

  it.each<[unknown, string, string]>([
    ['dev', 'forget is "dev": is not a list of strings', "write a list of strings: ['dev']"],
    [[5], 'forget[0] is 5: is not a string', "write a string: '5'"],
    [{}, 'forget is {}: is not a list of strings', 'write a list of strings'],
  ])('is a list of names, and not %j', (forget, problem, remedy) => {
    expect(problemsOf(fleetOf(forget as never, [local()])).map(text)).toEqual([
      `(fleet) [field-malformed]
  ${problem}
  remedy: ${remedy}`,
    ]);
  });

  it('knows a cluster by its folder, and by what the management cluster has of it', () => {
    expect([
      ...clustersIn([
        'hub/flux.yaml',
        'hub/clusters/dev.yaml',
        'hub/clusters/lab/boot/boot.yaml',
        '.fleetwright',
      ]),
    ]).toEqual(['hub', 'dev', 'lab']);
  });
});

describe('a summary of clusters that vanish', () => {
  it('says that one will be deleted when it is torn down, and that others stay', () => {
    const outdir = fresh();
    const edge = (fleet: Fleet) => new ExistingCluster(fleet, 'edge', { kubernetesVersion: 'v1.35.2' });
    synth([], [local(), edge], outdir);
    synth([], [local({ teardown: 'allowed' }), edge], outdir);
    const removed = synth([], [local({ teardown: 'removed' })], outdir);
    expect(removed.split('\n').filter((line) => line.startsWith('  !'))).toEqual([
      '  ! dev will be deleted, with all of its machines, when this is merged: docs/protection.md',
      '  ! edge is no longer in the fleet. What it runs stays, and so do its machines: docs/protection.md',
    ]);
    expect(synth([], [], outdir)).not.toContain('  !');
  });
});

describe('a summary of a fleet without ClusterApi', () => {
  it('names the clusters that nothing in the fleet makes', () => {
    expect(synth([], [local(), local({}, 'lab')], fresh())).toContain(
      '\n  ! nothing in this fleet makes clusters: dev, lab. Add ClusterApi, unless somebody installs its ' +
        'providers otherwise: docs/clusters.md\n',
    );
  });

  it('says nothing of a cluster that nobody makes', () => {
    const edge = (fleet: Fleet) => new ExistingCluster(fleet, 'edge', { kubernetesVersion: 'v1.35.2' });
    expect(synth([], [edge], fresh())).not.toContain('nothing in this fleet');
  });
});
