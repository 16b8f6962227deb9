import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { FleetError, type Problem } from '../../constructs';
import { filesBelow } from './folder';
import type { ArchiveFile } from './tar';

/** A chart of the fleet. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  /** What its Chart.yaml says. */
  readonly metadata: object;
  readonly files: readonly ArchiveFile[];
}

/**
 * The charts of a folder: each folder in it that has a Chart.yaml. Hidden files are left out.
 *
 * @throws FleetError when a Chart.yaml has no name or no exact version
 */
export function chartsIn(folder: string): Chart[] {
  const found = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(folder, entry.name, 'Chart.yaml')))
    .map((entry) => path.join(folder, entry.name))
    .sort();
  const problems: Problem[] = [];
  const charts = found.flatMap((chart): Chart[] => {
    const file = path.join(chart, 'Chart.yaml');
    const metadata = readMetadata(file);
    const { name, version } = metadata;
    const wanted = path.basename(chart);
    if (name === wanted && typeof version === 'string' && EXACT.test(version)) {
      const hidden = (one: ArchiveFile) => one.name.split('/').some((part) => part.startsWith('.'));
      const files = filesBelow(chart, name).filter((one) => !hidden(one));
      return [{ name, version, metadata, files }];
    }
    problems.push({
      code: 'chart-malformed',
      path: file,
      field: name === wanted ? 'version' : 'name',
      value: name === wanted ? version : name,
      problem: name === wanted ? 'is no exact version' : 'is not the name of its folder',
      remedy: name === wanted ? 'write it like 1.2.3' : `write ${wanted}`,
    });
    return [];
  });
  if (problems.length > 0) throw new FleetError(problems);
  return charts;
}

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function readMetadata(file: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    return parse(fs.readFileSync(file, 'utf8')) ?? {};
  } catch {
    return {};
  }
}
