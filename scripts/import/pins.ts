import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImportFailure } from './failure';

/** One module at one version, as a go.mod requires it. */
export interface Pin {
  readonly module: string;
  readonly version: string;
}

/** The pins of one folder and the checksums that go with them. */
export interface PinFile {
  readonly folder: string;
  readonly pins: readonly Pin[];
  /** Checksum of the module's zip by `module version`. */
  readonly sums: ReadonlyMap<string, string>;
}

/** Reads the requirements of a go.mod, single lines and blocks alike. */
export function parseGoMod(text: string): Pin[] {
  const pins: Pin[] = [];
  let inBlock = false;
  for (const line of text.split('\n').map((raw) => raw.replace(/\/\/.*$/, '').trim())) {
    if (line === 'require (') {
      inBlock = true;
    } else if (line === ')') {
      inBlock = false;
    } else if (inBlock || line.startsWith('require ')) {
      const [module, version] = line.replace(/^require /, '').split(/\s+/);
      if (module && version) pins.push({ module, version });
    }
  }
  return pins;
}

/** Reads the zip checksums of a go.sum, by `module version`. */
export function parseGoSum(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [module, version, sum] = line.trim().split(/\s+/);
    if (module && version && sum && !version.endsWith('/go.mod')) sums.set(`${module} ${version}`, sum);
  }
  return sums;
}

/** Reads go.mod and go.sum of a folder; a missing go.sum counts as empty. */
export function readPins(folder: string): PinFile {
  return {
    folder,
    pins: parseGoMod(readFileSync(join(folder, 'go.mod'), 'utf8')),
    sums: parseGoSum(readIfThere(join(folder, 'go.sum'))),
  };
}

/** Fails unless go.sum has this very checksum for the pin. */
export function checkSum(file: PinFile, pin: Pin, sum: string): void {
  const pinned = file.sums.get(`${pin.module} ${pin.version}`);
  if (pinned === sum) return;
  const found = pinned === undefined ? 'has no checksum' : `has the checksum ${pinned}, not ${sum},`;
  throw new ImportFailure(
    `${join(file.folder, 'go.sum')} ${found} for ${pin.module} ${pin.version}. ` +
      'If you changed that version on purpose, run: npm run import -- --update-sums',
  );
}

/** Writes go.sum with the given checksums, in the order of the module's name. */
export function writeSums(folder: string, sums: ReadonlyMap<string, string>): void {
  const lines = [...sums].map(([pin, sum]) => `${pin} ${sum}\n`).sort();
  writeFileSync(join(folder, 'go.sum'), lines.join(''));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
