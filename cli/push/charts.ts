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
    if (name === wanted && COMPONENT.test(name) && typeof version === 'string' && EXACT.test(version)) {
      const hidden = (one: ArchiveFile) => one.name.split('/').some((part) => part.startsWith('.'));
      const files = filesBelow(chart, name).filter((one) => !hidden(one));
      return [{ name, version, metadata, files }];
    }
    const at = { code: 'chart-malformed', path: file, field: 'name', value: name };
    if (name !== wanted) {
      problems.push({ ...at, problem: 'is not the name of its folder', remedy: `write ${wanted}` });
    } else if (!COMPONENT.test(name)) {
      const remedy = 'use lower-case letters and digits, with single `.`, `_` and `-` between them';
      problems.push({ ...at, problem: 'is no name that a registry takes', remedy });
    } else {
      const problem = 'is no exact version';
      problems.push({ ...at, field: 'version', value: version, problem, remedy: 'write it like 1.2.3' });
    }
    return [];
  });
  if (problems.length > 0) throw new FleetError(problems);
  return charts;
}

/** A part of the name of a repository (https://github.com/opencontainers/distribution-spec/blob/main/spec.md). */
const COMPONENT = /^[a-z0-9]+([._-]+[a-z0-9]+)*$/;

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function readMetadata(file: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    return parse(fs.readFileSync(file, 'utf8')) ?? {};
  } catch {
    return {};
  }
}
