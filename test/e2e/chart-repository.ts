import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pack } from '../../cli/push/tar';
import { toYaml } from '../../constructs/emit/yaml';

/** A chart whose templates are written here: what a real one would bring is not what these tests look at. */
export interface SampleChart {
  readonly name: string;
  readonly version: string;
  /** Objects, whose strings may hold Helm's `{{ }}`. */
  readonly templates: readonly object[];
}

/** Makes a folder that `Outside` serves as a Helm repository. */
export function writeChartRepository(folder: string, charts: readonly SampleChart[]): void {
  mkdirSync(folder, { recursive: true });
  const entries = charts.map(({ name, version, templates }) => {
    const about = { apiVersion: 'v2', name, version };
    const file = (relative: string, text: string) => ({
      name: `${name}/${relative}`,
      content: Buffer.from(text),
    });
    const files = [
      file('Chart.yaml', toYaml(about)),
      ...templates.map((object, i) => file(`templates/${i}.yaml`, toYaml(object))),
    ];
    const archive = `${name}-${version}.tgz`;
    writeFileSync(path.join(folder, archive), pack(files).blob);
    return [name, [{ ...about, urls: [archive] }]];
  });
  const index = { apiVersion: 'v1', entries: Object.fromEntries(entries) };
  writeFileSync(path.join(folder, 'index.yaml'), toYaml(index));
}
