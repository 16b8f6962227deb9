import * as fs from 'node:fs';
import * as path from 'node:path';
import { main } from '../../../cli/main';
import { Fleet } from '../../../constructs';
import { cluster } from '../../support/fleet';
import { temporaryFolder } from '../../support/folder';
import { FakeRegistry } from '../registry/fake-registry';

/** A rendered fleet, a registry, and what the command says: new for each test. */
export class PushFixture {
  registry = new FakeRegistry();
  dist = '';
  stdout = '';
  stderr = '';

  constructor(readonly scratch: string) {}

  async open(): Promise<void> {
    process.env.DOCKER_CONFIG = path.join(this.scratch, 'no-login');
    this.registry = new FakeRegistry();
    const host = await this.registry.start();
    this.dist = fs.mkdtempSync(path.join(this.scratch, 'dist-'));
    const fleet = new Fleet({
      source: { kind: 'oci', url: `oci://${host}/team/fleet`, tag: 'main', path: 'deploy/out' },
    });
    cluster(fleet, 'management', { management: true });
    for (const name of ['blue', 'green', 'red']) cluster(fleet, name, { installFlux: true });
    for (const [file, text] of fleet.compile().files) this.write(file, text);
    for (const name of ['blue', 'green', 'red']) this.write(`${name}/kustomization.yaml`, `# ${name}\n`);
    this.stdout = '';
    this.stderr = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      this.stdout += text;
      return true;
    });
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      this.stderr += text;
      return true;
    });
  }

  close(): void {
    jest.restoreAllMocks();
    this.registry.stop();
  }

  /** Runs the command, without charts unless some are named, and returns its exit status. */
  push(...args: string[]): Promise<number> {
    const none = path.join(this.scratch, 'no-charts');
    fs.mkdirSync(none, { recursive: true });
    return this.pushAsHere('--charts', none, ...args);
  }

  /** Runs the command with the charts of the folder that tests run in; what it said before is forgotten. */
  pushAsHere(...args: string[]): Promise<number> {
    this.stdout = '';
    this.stderr = '';
    return main(['push', '--insecure-http', '--dist', this.dist, ...args]);
  }

  /** Writes a file of the output. */
  write(file: string, text: string): void {
    const target = path.join(this.dist, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }

  /** A new folder with one chart, and a page that is none. */
  chart(version: string, more: Readonly<Record<string, string>> = {}): string {
    const folder = fs.mkdtempSync(path.join(this.scratch, 'charts-'));
    const files = { 'Chart.yaml': `apiVersion: v2\nname: redis\nversion: ${version}\n`, ...more };
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, 'redis', name)), { recursive: true });
      fs.writeFileSync(path.join(folder, 'redis', name), text);
    }
    fs.writeFileSync(path.join(folder, 'README.md'), '');
    return folder;
  }

  /** The manifests that were stored, in order. */
  get puts(): string[] {
    return this.registry.lines.filter((line) => /^PUT .*\/manifests\//.test(line));
  }

  /** What was said of each artifact: the first word, and its name. */
  get words(): string[] {
    const lines = this.stdout.split('\n').slice(1, -2);
    return lines.map((line) => line.replace(/^(\w+) .*\/fleet\/([\w/-]+)@.*/, '$1 $2'));
  }
}

/** A fixture for the tests of a file. */
export function pushFixture(): PushFixture {
  const fixture = new PushFixture(temporaryFolder('push'));
  beforeEach(() => fixture.open());
  afterEach(() => fixture.close());
  return fixture;
}
