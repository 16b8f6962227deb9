import { App, Chart } from 'cdk8s';
import { manifestOf } from '../../emit/manifest';
import { toYaml } from '../../emit/yaml';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import { addRoot } from '../../flux/wiring/root';
import type { BootCommands } from '../machinery';
import type { FirstBoot, FirstBootSecret } from './props';
import { firstBootScript, ROOT, SCRIPT, SECRETS } from './script';

/** What makes a control plane's first machine install Flux and hand the cluster over to it. */
export function firstBootCommands(
  fleet: Fleet,
  cluster: Cluster,
  { manifests, secret }: FirstBoot,
): BootCommands {
  const owner = 'root:root';
  return {
    files: [
      { path: SCRIPT, owner, permissions: '0700', content: firstBootScript(manifests) },
      { path: ROOT, owner, permissions: '0600', content: rootOf(fleet, cluster) },
      ...(secret ? [{ path: SECRETS, owner, permissions: '0600', contentFrom: contentOf(secret) }] : []),
    ],
    postKubeadmCommands: [SCRIPT],
  };
}

function contentOf({ name, key = 'secrets.yaml' }: FirstBootSecret) {
  return { secret: { name, key } };
}

/** The same that the management cluster hands over to other clusters, as one file. */
function rootOf(fleet: Fleet, cluster: Cluster): string {
  const chart = new Chart(new App(), 'root');
  // Another text would replace the machines that started with it: they keep Flux's own policy.
  addRoot(chart, fleet, cluster, undefined);
  return chart.apiObjects.map((object) => `---\n${toYaml(manifestOf(object, []))}`).join('');
}
