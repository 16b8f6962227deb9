import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { output } from '../stack/command';

/** A chart that stands in for one of the same name and version. */
export interface StandInChart {
  readonly name: string;
  readonly version: string;
}

const VALUES = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
  namespace: {{ .Release.Namespace }}
data:
  values: {{ .Values | toJson | quote }}
`;

/**
 * Packs a stand-in for a chart: a ConfigMap that records its values is all that it installs.
 *
 * @returns the package's file, `<name>-<version>.tgz`, in the folder
 */
export async function packChart(folder: string, { name, version }: StandInChart): Promise<string> {
  const templates = path.join(folder, name, 'templates');
  mkdirSync(templates, { recursive: true });
  writeFileSync(path.join(folder, name, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version }));
  writeFileSync(path.join(templates, 'values.yaml'), VALUES);
  const file = `${name}-${version}.tgz`;
  await output(['tar', '--create', '--gzip', `--file=${file}`, name], { cwd: folder });
  rmSync(path.join(folder, name), { recursive: true });
  return path.join(folder, file);
}

/** Makes a folder that is a repository of stand-ins for charts, as Helm reads it over HTTP. */
export async function chartRepository(folder: string, charts: readonly StandInChart[]): Promise<void> {
  const entries: Record<string, object[]> = {};
  for (const chart of charts) {
    const file = path.basename(await packChart(folder, chart));
    entries[chart.name] = [...(entries[chart.name] ?? []), { apiVersion: 'v2', ...chart, urls: [file] }];
  }
  writeFileSync(path.join(folder, 'index.yaml'), JSON.stringify({ apiVersion: 'v1', entries }));
}
