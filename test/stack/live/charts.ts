import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pack } from '../../../cli/push/tar';
import { toYaml } from '../../../constructs/emit/yaml';

/** A chart that is written here, often in place of one of the same name and version from the Internet. */
export interface SampleChart {
  readonly name: string;
  readonly version: string;
  /** Objects, whose strings may hold Helm's `{{ }}`. @default a ConfigMap that records the values of the release */
  readonly templates?: readonly object[];
}

const recordsValues = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: '{{ .Release.Name }}-values' },
  binaryData: { values: '{{ .Values | toJson | b64enc }}' },
};

/** The files of a chart, by their names. */
export function filesOf({ name, version, templates = [recordsValues] }: SampleChart): Record<string, string> {
  return Object.fromEntries([
    [`${name}/Chart.yaml`, toYaml({ apiVersion: 'v2', name, version })],
    ...templates.map((object, i) => [`${name}/templates/${i}.yaml`, toYaml(object)]),
  ]);
}

/** Makes a folder that `Outside` serves as a Helm repository. */
export function writeChartRepository(folder: string, charts: readonly SampleChart[]): void {
  mkdirSync(folder, { recursive: true });
  const entries = charts.map((chart) => {
    const { name, version } = chart;
    const files = Object.entries(filesOf(chart));
    const archive = `${name}-${version}.tgz`;
    const { blob } = pack(files.map(([file, text]) => ({ name: file, content: Buffer.from(text) })));
    writeFileSync(path.join(folder, archive), blob);
    return [name, [{ apiVersion: 'v2', name, version, urls: [archive] }]];
  });
  const index = { apiVersion: 'v1', entries: Object.fromEntries(entries) };
  writeFileSync(path.join(folder, 'index.yaml'), toYaml(index));
}
