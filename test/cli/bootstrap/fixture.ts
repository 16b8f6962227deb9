import * as fs from 'node:fs';
import * as path from 'node:path';
import { main } from '../../../cli/main';
import { Fleet, type FleetSource, formatProblems } from '../../../constructs';
import { cluster } from '../../support/fleet';
import { temporaryFolder } from '../../support/folder';

const SSH: FleetSource = { url: 'ssh://git@git.example.com/fleet', secretName: 'fleet-git' };

/** A folder for a test file, with what the command is given. */
export class BootstrapFixture {
  readonly folder = temporaryFolder('bootstrap');
  readonly dist = path.join(this.folder, 'dist');

  /** Writes a rendered fleet whose management cluster is called `hub`. */
  synth(source: FleetSource = SSH, version = 'v1.36.3'): void {
    fs.rmSync(this.dist, { recursive: true, force: true });
    const fleet = new Fleet({ source });
    cluster(fleet, 'hub', { management: true, kubernetesVersion: version });
    cluster(fleet, 'edge', { installFlux: true });
    for (const [file, text] of fleet.compile().files) this.write(path.join('dist', file), text);
  }

  /** Writes a file, and returns its path. */
  write(name: string, text: string, mode = 0o644): string {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode });
    return file;
  }

  /** Runs the command with a PATH of one folder; returns its exit status, and what it wrote on stderr. */
  async run(args: readonly string[], bin = 'no-programs'): Promise<[number, string]> {
    const { PATH } = process.env;
    let stderr = '';
    const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text;
      return true;
    });
    process.env.PATH = path.join(this.folder, bin);
    try {
      return [await main(['bootstrap', '--dist', this.dist, ...args]), stderr];
    } finally {
      process.env.PATH = PATH;
      silent.mockRestore();
      spy.mockRestore();
    }
  }
}

/** The text of the problems that a function throws. */
export async function problemsIn(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    return (error as Error).message;
  }
  return formatProblems([]);
}
