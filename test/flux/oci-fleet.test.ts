import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import {
  AddOn,
  type Fleet,
  FleetOperator,
  type FleetSource,
  RedisBackup,
  SharedRelease,
} from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { REDIS_CHART_VERSION } from '../../constructs/redis-backup/shared-chart';
import { platform } from '../redis-backup/sample';
import { parseObjects } from '../support/fleet';
import { ROOT } from '../support/folder';
import { expectGolden } from '../support/golden';
import { allProps, fleetOf, least } from '../support/oci';
import { expectValid } from '../support/schema';

const objectsIn = (fleet: Fleet, file: string): readonly Manifest[] =>
  parseObjects(fleet.compile().files.get(file) ?? '');
const everything = (fleet: Fleet) => [...fleet.compile().files.values()].flatMap(parseObjects);

/** The objects of an add-on of the management cluster, from a fleet in a registry. */
function inRegistry(define: AddOn['props']['define']): readonly Manifest[] {
  const fleet = fleetOf(least);
  new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define });
  return objectsIn(fleet, 'management/configs/sample/sample.yaml');
}

describe('a fleet in a registry', () => {
  test('gives the management cluster the sources of its own artifact', () => {
    const file = fleetOf(allProps).compile().files.get('management/flux.yaml') ?? '';
    expectGolden(__dirname, 'oci-root.golden.yaml', file);
    expectValid(file);
  });

  test('hands over to each cluster the source of its artifact', () => {
    const [root, source] = objectsIn(fleetOf(least), 'management/clusters/prod/handoff/handoff.yaml');
    expect(source).toMatchObject({
      kind: 'OCIRepository',
      metadata: { name: 'fleet', namespace: 'flux-system' },
      spec: { url: 'oci://registry.example.com/fleet/prod', ref: { tag: 'latest' }, interval: '1m' },
    });
    expect(root?.spec).toMatchObject({ path: './dist/prod' });
  });

  test('differs from one in git in sources and references to them, in nothing else', () => {
    const build = (source: FleetSource) => {
      const fleet = fleetOf(source);
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
