import * as path from 'node:path';
import { parseObjects } from '../support/fleet';
import { ROOT, readTree } from '../support/folder';

/** The cluster on which Flux applies a file of dist/: what a hand-over holds is another one's. */
function clusterOf(file: string): string {
  const [folder = '', , name = '', handoff] = file.split('/');
  return handoff === 'handoff' ? name : folder;
}

/** `cluster namespace` of every object of a kind in dist/. */
function placesOf(kind: string, group: string): Set<string> {
  return new Set(
    Object.entries(readTree(path.join(ROOT, 'dist')))
      .filter(([file]) => file.endsWith('.yaml'))
      .flatMap(([file, text]) =>
        parseObjects(text)
          .filter((object) => object.kind === kind && object.apiVersion.startsWith(group))
          .map(({ metadata }) => `${clusterOf(file)} ${metadata.namespace}`),
      ),
  );
}

test('someone hears of every sync of the fleet that fails, the clusters themselves included', () => {
  const alerts = placesOf('Alert', 'notification.toolkit.fluxcd.io/');
  // What a tenant's sync cannot apply is the tenant's own.
  const syncs = [...placesOf('Kustomization', 'kustomize.toolkit.fluxcd.io/')].filter(
    (place) => !place.includes(' team-'),
  );
  expect(syncs).toContain('management clusters');
  expect(syncs.filter((place) => !alerts.has(place))).toEqual([]);
});
