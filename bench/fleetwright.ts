import { ExistingCluster, Fleet, FleetApp } from '../constructs';
import { APPS, addApp } from './app';

const [outdir, clusters] = process.argv.slice(2);
const fleet = new Fleet({ outdir, source: { url: 'https://git.example.com/fleet.git' } });
for (let i = 0; i < Number(clusters); i++) {
  new ExistingCluster(fleet, `cluster-${i}`, { kubernetesVersion: 'v1.35.2', management: i === 0 });
}
for (let i = 0; i < APPS; i++) {
  const name = `app-${i}`;
  new FleetApp(fleet, name, {
    namespace: name,
    placement: {},
    define: (chart, { cluster }) => addApp(chart, cluster.name, name),
  });
}
fleet.synth();
