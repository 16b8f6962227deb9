import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import {
  AddOn,
  Fleet,
  FleetOperator,
  type FleetSource,
  formatProblems,
  type GitFleetSource,
  type OciFleetSource,
  RedisBackup,
  SharedRelease,
} from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { REDIS_CHART_VERSION } from '../../constructs/redis-backup/shared-chart';
import { platform } from '../redis-backup/sample';
import { cluster, parseObjects, problemsOf } from '../support/fleet';
import { ROOT } from '../support/folder';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';

const allProps: Required<OciFleetSource> = {
  kind: 'oci',
  url: 'oci://registry.example.com:5000/team/fleet',
  tag: 'release-1.x',
  secretName: 'registry-credential',
  interval: '5m',
  path: 'deploy/out',
  provider: 'aws',
  verify: { identities: [{ issuer: '^https://ci\\.example\\.com$', subject: '^fleet$' }] },
};
const least: OciFleetSource = { kind: 'oci', url: 'oci://registry.example.com/fleet' };

function newFleet(source: FleetSource): Fleet {
  const fleet = new Fleet({ source });
  cluster(fleet, 'management', { management: true });
  cluster(fleet, 'prod', { installFlux: true });
  return fleet;
}

const objectsIn = (fleet: Fleet, file: string): readonly Manifest[] =>
  parseObjects(fleet.compile().files.get(file) ?? '');
const everything = (fleet: Fleet) => [...fleet.compile().files.values()].flatMap(parseObjects);

/** The objects of an add-on of the management cluster, from a fleet in a registry. */
function inRegistry(define: AddOn['props']['define']): readonly Manifest[] {
  const fleet = newFleet(least);
  new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define });
  return objectsIn(fleet, 'management/configs/sample/sample.yaml');
}

const problems = (source: object) =>
  problemsOf(newFleet(source as FleetSource)).map((problem) =>
    formatProblems([problem]).split('\n').slice(2, 5),
  );

describe('a fleet in a registry', () => {
  test('gives the management cluster the sources of its own artifact', () => {
    const file = newFleet(allProps).compile().files.get('management/flux.yaml') ?? '';
    expectGolden(__dirname, 'oci-root.golden.yaml', file);
    expectValid(file);
  });

  test('hands over to each cluster the source of its artifact', () => {
    const [root, source] = objectsIn(newFleet(least), 'management/clusters/prod/handoff/handoff.yaml');
    expect(source).toMatchObject({
      kind: 'OCIRepository',
      metadata: { name: 'fleet', namespace: 'flux-system' },
      spec: { url: 'oci://registry.example.com/fleet/prod', ref: { tag: 'latest' }, interval: '1m' },
    });
    expect(root?.spec).toMatchObject({ path: './dist/prod' });
  });

  test('differs from one in git in sources and references to them, in nothing else', () => {
    const build = (source: FleetSource) => {
      const fleet = newFleet(source);
      new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define: () => {} });
      return fleet;
    };
    const git = build({ url: 'https://git.example.com/fleet.git' });
    const oci = build(least);
    expect([...oci.compile().files.keys()]).toEqual([...git.compile().files.keys()]);
    const rest = (fleet: Fleet) =>
      everything(fleet)
        .filter(({ kind }) => kind !== 'GitRepository' && kind !== 'OCIRepository')
        .map((object) => JSON.stringify(object).replaceAll('OCIRepository', 'GitRepository'));
    expect(rest(oci)).toEqual(rest(git).map((text) => text.replaceAll('OCIRepository', 'GitRepository')));
    const fleetRefs = everything(oci)
      .map(({ spec }) => (spec as { sourceRef?: { kind: string; name: string } } | undefined)?.sourceRef)
      .filter((ref) => ref?.name === 'fleet');
    expect(fleetRefs.length).toBeGreaterThan(3);
    expect(fleetRefs.filter((ref) => ref?.kind !== 'OCIRepository')).toEqual([]);
  });
});

describe('the shared chart of a fleet in a registry', () => {
  test('is an artifact beside the clusters', () => {
    const objects = inRegistry((chart) => void new SharedRelease(chart, 'shared'));
    expect(objects.filter(({ kind }) => kind === 'HelmChart')).toEqual([]);
    expect(objects.find(({ kind }) => kind === 'OCIRepository')).toMatchObject({
      metadata: { name: 'fleetwright-redis', namespace: 'flux-system' },
      spec: {
        url: 'oci://registry.example.com/fleet/charts/redis',
        ref: { tag: REDIS_CHART_VERSION },
        interval: '10m',
        layerSelector: {
          mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
          operation: 'copy',
        },
      },
    });
  });

  test('has the version of charts/redis, as soon as that is there', () => {
    const file = path.join(ROOT, 'charts/redis/Chart.yaml');
    const version = existsSync(file) ? parse(readFileSync(file, 'utf8')).version : REDIS_CHART_VERSION;
    expect(version).toBe(REDIS_CHART_VERSION);
  });

  const release = { kind: 'OCIRepository', name: 'fleetwright-redis' };

  test('is what a bundle installs, and a chart of its own wins', () => {
    const own = { kind: 'HelmChart', name: 'mine' } as const;
    const chartOf = (chart?: typeof own) =>
      inRegistry((file) => {
        new RedisBackup(file, 'cart', {
          platform: { ...platform, chart },
          mode: 'expanded',
          redis: { memory: '256Mi', storage: { size: '4Gi' } },
        });
      }).find(({ kind }) => kind === 'HelmRelease')?.spec;
    expect(chartOf()).toMatchObject({ chartRef: release });
    expect(chartOf(own)).toMatchObject({ chartRef: own });
  });

  test('is what the operator is told and may read', () => {
    const objects = inRegistry((file) => void new FleetOperator(file, 'operator', { platform }));
    const settings = objects.find(({ kind, data }) => kind === 'ConfigMap' && data) as
      | { data: Record<string, string> }
      | undefined;
    expect(JSON.parse(settings?.data['platform.json'] ?? '')).toEqual({ ...platform, chart: release });
    const rules = JSON.stringify(objects.map(({ rules }) => rules));
    expect(rules).toContain('"ocirepositories"');
    expect(rules).not.toContain('"helmcharts"');
  });
});

describe('problems of the source', () => {
  test('every field is known', () => expect(problems(allProps)).toEqual([]));

  const git: Required<GitFleetSource> = {
    kind: 'git',
    url: 'https://git.example.com/fleet.git',
    branch: 'main',
    secretName: 'git-credential',
    interval: '1m',
    path: 'dist',
    charts: 'charts',
  };
  test('every field of git is known', () => expect(problems(git)).toEqual([]));

  test.each([
    [
      'a misspelt kind',
      { ...least, kind: 'OCI' },
      '(fleet) [value-unknown]',
      '  source.kind is "OCI": is none of the values that it takes',
      '  remedy: use git or oci',
    ],
    [
      'a registry without its kind',
      { url: least.url },
      '(fleet) [source-kind]',
      '  source.url is "oci://registry.example.com/fleet": is the address of a registry, and `source.kind` says git',
      "  remedy: set `kind: 'oci'`, or write the https:// or ssh:// address of the repository",
    ],
    [
      'a repository with the kind of a registry',
      { ...least, url: 'https://git.example.com/fleet.git' },
      '(fleet) [url-scheme]',
      '  source.url is "https://git.example.com/fleet.git": is no oci:// address',
      '  remedy: use oci://',
    ],
    [
      "git's field",
      { ...least, branch: 'main' },
      '(fleet) [field-unknown]',
      '  source.branch is "main": is no field here',
      '  remedy: remove it, or use one of kind, url, tag, secretName, interval, path, provider, verify',
    ],
    [
      "a registry's field",
      { ...git, tag: 'latest' },
      '(fleet) [field-unknown]',
      '  source.tag is "latest": is no field here',
      '  remedy: remove it, or use one of kind, url, branch, secretName, interval, path, charts',
    ],
    [
      'no address',
      { kind: 'oci' },
      '(fleet) [field-missing]',
      '  source.url: is required',
      '  remedy: add `url`',
    ],
    [
      'a tag in the address',
      { ...least, url: 'oci://registry.example.com/fleet:v1' },
      '(fleet) [url-tagged]',
      '  source.url is "fleet:v1": says which artifact, which `tag` does',
      '  remedy: move the tag or digest into `tag`',
    ],
    [
      'capitals in the address',
      { ...least, url: 'oci://registry.example.com/Fleet' },
      '(fleet) [url-malformed]',
      '  source.url is "oci://registry.example.com/Fleet": has a path that no registry takes',
      '  remedy: use lower-case letters and digits, with single `.`, `_`, `-` and `/` between them',
    ],
    [
      'a slash at the end',
      { ...least, url: 'oci://registry.example.com/fleet/' },
      '(fleet) [url-malformed]',
      '  source.url is "oci://registry.example.com/fleet/": has a path that no registry takes',
      '  remedy: use lower-case letters and digits, with single `.`, `_`, `-` and `/` between them',
    ],
    [
      'no tag',
      { ...least, tag: 'feature/one' },
      '(fleet) [tag-malformed]',
      '  source.tag is "feature/one": is no tag',
      '  remedy: use letters, digits, `_`, `.` and `-`, at most 128, such as latest',
    ],
    [
      'another cloud',
      { ...least, provider: 'amazon' },
      '(fleet) [value-unknown]',
      '  source.provider is "amazon": is none of the values that it takes',
      '  remedy: use generic, aws, azure or gcp',
    ],
    [
      'signatures of anyone',
      { ...least, verify: { identities: [] } },
      '(fleet) [verify-anyone]',
      '  source.verify.identities is []: is empty, so that a signature of anyone would do',
      '  remedy: name the issuer and subject of your signer, or a Secret with its public key',
    ],
    [
      'verification that is no object',
      { ...least, verify: 'cosign' },
      '(fleet) [field-malformed]',
      '  source.verify is "cosign": is no object',
      '  remedy: write its fields in braces: secretName, identities',
    ],
    [
      'days',
      { ...least, interval: '1d' },
      '(fleet) [duration-malformed]',
      '  source.interval is "1d": is no Go duration',
      '  remedy: write 24h: there is no unit of a day',
    ],
    [
      'no folder',
      { ...least, path: './dist' },
      '(fleet) [source-path]',
      '  source.path is "./dist": is no folder of the repository',
      '  remedy: write it from the root of the repository, without `./` or a slash at an end: dist, or deploy/dist',
    ],
  ])('%s', (_, source, ...text) => {
    expect(problems(source)).toEqual([text]);
  });
});
