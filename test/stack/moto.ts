import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, makeOnce } from './build';
import { output, run } from './command';

const FOLDER = path.join(__dirname, 'parts', 'moto');
const REQUIREMENTS = path.join(FOLDER, 'requirements.txt');

/** A program of `parts/moto`. */
export type MotoProgram = 'server.py' | 'call.py';

/**
 * The command line of a program of `parts/moto`, with moto installed for it by the hashes of its requirements.
 *
 * @see https://docs.getmoto.org/en/latest/docs/server_mode.html
 */
export async function motoCommand(program: MotoProgram): Promise<string[]> {
  const folder = await installMoto();
  // -B: nothing is written beside the programs.
  return [path.join(folder, 'bin', 'python'), '-B', path.join(FOLDER, program)];
}

async function installMoto(): Promise<string> {
  const version = await pythonVersion();
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).update(version);
  const target = path.join(cacheFolder(), 'bin', `moto-${hash.digest('hex').slice(0, 16)}`);
  return makeOnce(target, `moto for ${version}`, async (scratch) => {
    await output(['python3', '-m', 'venv', scratch]);
    const python = path.join(scratch, 'bin', 'python');
    const install = ['install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
    await output([python, '-m', 'pip', ...install, '--only-binary=:all:', '--requirement', REQUIREMENTS]);
  });
}

/** Also fails with what to install when Python or its `venv` is not there. */
async function pythonVersion(): Promise<string> {
  const probe = 'import ensurepip, sys; print(sys.version.split()[0], sys.prefix)';
  const found = await run(['python3', '-c', probe]).catch(() => undefined);
  if (found?.code === 0) return `Python ${found.stdout.trim()}`;
  throw new Error(
    'AWS is imitated by moto, which needs Python 3.10 or newer with venv: install python3-venv',
  );
}
