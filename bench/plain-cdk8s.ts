import { App, Chart, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { APPS, addApp } from './app';

const [outdir, clusters, type] = process.argv.slice(2);
const yamlOutputType = YamlOutputType[type as keyof typeof YamlOutputType];
const app = new App({ outdir, yamlOutputType });
for (let i = 0; i < Number(clusters); i++) {
  const chart = new Chart(app, `cluster-${i}`);
  for (let j = 0; j < APPS; j++) addApp(new Construct(chart, `app-${j}`), `cluster-${i}`, `app-${j}`);
}
app.synth();
