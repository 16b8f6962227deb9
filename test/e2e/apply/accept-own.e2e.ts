import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kubectlBinary } from '../../stack/binaries';
import { readDist } from '../../stack/dist';
import { Kubectl } from '../../stack/kubectl';
import { ROOT } from '../../support/folder';
import { describeRefusal, refusals } from './apply';

const kubeconfig = process.env.KUBECONFIG ?? '';
const describeOwn = kubeconfig ? describe : describe.skip;

/** What a cluster cannot judge before something else is on it, in kubectl's words. */
const MISSING = /no matches for kind "[^"]+" in version "[^"]+"|namespaces "[^"]+" not found/;

describeOwn('the cluster of KUBECONFIG', () => {
  const clusters = readDist(path.join(ROOT, 'dist'));
  let cacheFolder = '';
  beforeAll(() => {
    cacheFolder = mkdtempSync(path.join(tmpdir(), 'fleetwright-kubectl-'));
  });
  afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

  test.each([...clusters.keys()])('takes every manifest of %s in a dry run', async (name) => {
    const kubectl = new Kubectl({ binary: await kubectlBinary(), kubeconfig, cacheFolder });
    const context = (await kubectl.output(['config', 'current-context'])).trim();
    process.stderr.write(`Dry run of dist/${name} against ${context}: nothing is changed there.\n`);

    const manifests = clusters.get(name) ?? [];
    const refused = await refusals(kubectl, manifests);
    const missing = new Set(refused.flatMap(({ reason }) => MISSING.exec(reason)?.[0] ?? []));
    for (const each of missing) process.stderr.write(`Not judged, because ${context} has ${each}\n`);
    const wrong = refused.filter(({ reason }) => !MISSING.test(reason));
    expect(wrong.map(describeRefusal)).toEqual([]);
    expect(manifests.length - refused.length).toBeGreaterThan(0);
  });
});
