import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { firstBootScript } from '../../../constructs/clusters/first-boot/script';
import { temporaryFolder } from '../../support/folder';

const scratch = temporaryFolder('first-boot');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Where the fake curl finds what the addresses serve. */
const served: Record<string, string> = { 'cni.yaml': 'kind: Cni\n', 'install.yaml': 'kind: Flux\n' };
const manifests = Object.entries(served).map(([name, text]) => ({
  url: `https://mirror.example.com/${name}`,
  sha256: sha256(text).toUpperCase(),
}));

let count = 0;

/** A machine that is a folder: its root, and a PATH with commands that write down how they are called. */
class Machine {
  readonly root = path.join(scratch, String(count++));
  private readonly bin = path.join(this.root, 'bin');

  constructor(kubeadm: 'init' | 'join' | 'failed') {
    for (const folder of ['bin', 'served', 'run/kubeadm', 'run/cluster-api', 'etc/fleetwright', 'tmp']) {
      fs.mkdirSync(path.join(this.root, folder), { recursive: true });
    }
    const config = kubeadm === 'join' ? 'kubeadm-join-config.yaml' : 'kubeadm.yaml';
    fs.writeFileSync(path.join(this.root, 'run/kubeadm', config), '');
    if (kubeadm !== 'failed') this.write('run/cluster-api/bootstrap-success.complete', 'success');
    this.write('etc/fleetwright/secrets.yaml', 'kind: Secret\n');
    this.write('etc/fleetwright/root.yaml', 'kind: GitRepository\n');
    for (const [name, text] of Object.entries(served)) this.write(`served/${name}`, text);
    this.command('sleep', 'echo "sleep $1" >> "$ROOT/calls"');
    this.command(
      'curl',
      'for url; do :; done',
      'while [ "$1" != --output ]; do shift; done',
      'echo "curl $url" >> "$ROOT/calls"',
      `cp "$ROOT/served/$(basename "$url")" "$2"`,
    );
    this.command(
      'kubectl',
      'for file; do :; done',
      'echo "kubectl $1 $KUBECONFIG $(cat "$file")" >> "$ROOT/calls"',
    );
  }

  command(name: string, ...lines: string[]): void {
    fs.writeFileSync(path.join(this.bin, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  }

  write(file: string, text: string): void {
    fs.writeFileSync(path.join(this.root, file), text);
  }

  has(file: string): boolean {
    return fs.existsSync(path.join(this.root, file));
  }

  /** Runs the script, and returns what it said and the commands that it ran. */
  run() {
    fs.rmSync(path.join(this.root, 'calls'), { force: true });
    const script = firstBootScript(manifests).replace(/(?<![\w.])\/(run|etc)\//g, `${this.root}/$1/`);
    const { status, stderr, stdout } = spawnSync('/bin/sh', ['-c', script], {
      env: { PATH: `${this.bin}:${process.env.PATH}`, ROOT: this.root, TMPDIR: path.join(this.root, 'tmp') },
      encoding: 'utf8',
      timeout: 20_000,
    });
    const calls = this.has('calls') ? fs.readFileSync(path.join(this.root, 'calls'), 'utf8') : '';
    return { status, stderr, stdout, calls: calls.trim().replaceAll(this.root, '').split('\n') };
  }
}

const DOWNLOADS = [
  'curl https://mirror.example.com/cni.yaml',
  'curl https://mirror.example.com/install.yaml',
];
const applied = (kind: string) => `kubectl apply /etc/kubernetes/admin.conf kind: ${kind}`;

test('everything is downloaded, then applied in order, and no secret stays', () => {
  const machine = new Machine('init');
  expect(machine.run()).toEqual({
    status: 0,
    stderr: '',
    stdout: 'first-boot: done\n',
    calls: [...DOWNLOADS, ...['Cni', 'Flux', 'Secret', 'GitRepository'].map(applied)],
  });
  expect(machine.has('etc/fleetwright/secrets.yaml')).toBe(false);
  expect(fs.readdirSync(path.join(machine.root, 'tmp'))).toEqual([]);
});

test('it may run again', () => {
  const machine = new Machine('init');
  machine.run();
  expect(machine.run()).toMatchObject({
    status: 0,
    calls: [...DOWNLOADS, ...['Cni', 'Flux', 'GitRepository'].map(applied)],
  });
});

test('a machine that joins does nothing, and keeps no secret', () => {
  const machine = new Machine('join');
  expect(machine.run()).toEqual({
    status: 0,
    stderr: '',
    stdout: 'first-boot: this machine joined a cluster, nothing to do\n',
    calls: [''],
  });
  expect(machine.has('etc/fleetwright/secrets.yaml')).toBe(false);
});

test('after a kubeadm that failed, for cloud-init goes on', () => {
  expect(new Machine('failed').run()).toMatchObject({
    status: 1,
    stderr: 'first-boot: kubeadm init did not succeed\n',
    calls: [''],
  });
});

test('another file than the one that was named stops it before anything is applied', () => {
  const machine = new Machine('init');
  machine.write('served/install.yaml', 'kind: Malware\n');
  const { status, stderr, calls } = machine.run();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /first-boot: https:\/\/mirror\.example\.com\/install\.yaml has another checksum than [0-9a-f]{64}\n$/,
  );
  expect(calls).toEqual(DOWNLOADS);
  expect(machine.has('etc/fleetwright/secrets.yaml')).toBe(true);
});

test('a network that comes late is waited for, one that never comes is reported', () => {
  const late = new Machine('init');
  late.command(
    'kubectl',
    'echo "kubectl" >> "$ROOT/calls"',
    '[ "$(grep -c "^kubectl" "$ROOT/calls")" -gt 2 ]',
  );
  expect(late.run()).toMatchObject({
    status: 0,
    calls: [...DOWNLOADS, 'kubectl', 'sleep 10', 'kubectl', 'sleep 10', ...Array(4).fill('kubectl')],
  });

  const never = new Machine('init');
  never.command('curl', 'echo "curl" >> "$ROOT/calls"', 'exit 22');
  const { status, stderr, calls } = never.run();
  expect([status, stderr]).toEqual([1, 'first-boot: cannot download https://mirror.example.com/cni.yaml\n']);
  expect(calls.filter((call) => call === 'curl')).toHaveLength(10);
});
