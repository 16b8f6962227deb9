import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { controlPlaneBinaries } from './binaries';

test('takes the binaries of KUBEBUILDER_ASSETS, and says which one is missing', async () => {
  const assets = mkdtempSync(path.join(tmpdir(), 'fleetwright-assets-'));
  try {
    for (const name of ['etcd', 'kube-apiserver']) writeFileSync(path.join(assets, name), '');
    const env = { KUBEBUILDER_ASSETS: assets };
    await expect(controlPlaneBinaries(env)).rejects.toThrow(/which has no kubectl/);
    writeFileSync(path.join(assets, 'kubectl'), '');
    expect(await controlPlaneBinaries(env)).toEqual({
      etcd: path.join(assets, 'etcd'),
      apiServer: path.join(assets, 'kube-apiserver'),
      kubectl: path.join(assets, 'kubectl'),
    });
  } finally {
    rmSync(assets, { recursive: true, force: true });
  }
});
