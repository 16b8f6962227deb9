import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECK, DUMP, LOAD } from '../../../constructs/redis-backup/scripts';
import { bundle } from '../../../scripts/programs/programs';

/** How a step of a job ended, and what it said. */
export interface StepResult {
  readonly step: string;
  readonly code: number;
  readonly output: string;
  /** The most memory that one of its processes had, in bytes. */
  readonly memory: number;
  readonly seconds: number;
  /** Whether it was ended by the kill of a disturbance. */
  readonly killed: boolean;
}

/** What a job of a bundle reads and talks to. */
export interface PipelineProps {
  /** The folder of the stack's run: by it the next run finds what a killed one left behind. */
  readonly home: string;
  /** Where a folder is made for each job. */
  readonly folder: string;
  /** The program of the mover's image. */
  readonly mover: string;
  readonly bucket: string;
  /** Of the S3 server: the port on loopback. */
  readonly s3Port: number;
  /** The certificate, in PEM, of the authority that vouches for it. @default it speaks no TLS */
  readonly caBundle?: string;
  readonly credentials: { readonly accessKey: string; readonly secretKey: string };
  readonly region: string;
  /** Also find out how much memory each step has. @default false */
  readonly measured?: boolean;
  /** @default the checksums that the SDK adds by itself */
  readonly checksums?: 'when_required';
}

/** What is done to a job while it runs. */
export interface Disturbance {
  /** A limit of the size of files, in bytes: a disk that is full. */
  readonly fileLimit?: number;
  /** Ends a step with SIGKILL after so many milliseconds. */
  readonly kill?: { readonly step: string; readonly after: number };
  /** Changes the dump between its being taken and its being checked. */
  readonly spoil?: (file: string) => void;
  readonly password?: string;
}

/** Writes the mover as its image has it, and tells where. */
export async function writeMover(folder: string): Promise<string> {
  const file = path.join(folder, 'mover.js');
  writeFileSync(file, await bundle('operator/mover/main.ts'));
  return file;
}

/** The steps of the jobs as pods run them, one process after the other in a folder that they share. */
export class Pipeline {
  constructor(private readonly props: PipelineProps) {}

  /** Takes a backup from the server at an address, whose port is 6379. */
  async backup(host: string, disturbance: Disturbance = {}): Promise<StepResult[]> {
    const { work, secrets } = this.begin(disturbance.password ?? 'secret');
    const redis = { REDIS_HOST: host, REDIS_USER_DIR: secrets, REDIS_CA: '' };
    const spoil = disturbance.spoil;
    const results = await this.sequence([
      () => this.script('dump', DUMP, { WORK: work, ...redis }, disturbance),
      () => {
        spoil?.(path.join(work, 'dump.rdb'));
        return this.script('check', CHECK, { WORK: work }, disturbance);
      },
      () => this.script('load', LOAD, { WORK: work }, disturbance),
      () => this.mover('backup', work, disturbance, ['--suspicious-fall=90']),
    ]);
    rmSync(work, { recursive: true, force: true });
    return results;
  }

  /** Fetches the newest backup, or another, loads and proves it. */
  async restoreTest(args: readonly string[] = [], disturbance: Disturbance = {}): Promise<StepResult[]> {
    const { work } = this.begin('');
    const results = await this.sequence([
      () => this.mover('fetch', work, disturbance, args),
      () => this.script('check', CHECK, { WORK: work }, disturbance),
      () => this.script('load', LOAD, { WORK: work }, disturbance),
      () => this.mover('prove', work, disturbance, []),
    ]);
    rmSync(work, { recursive: true, force: true });
    return results;
  }

  private begin(password: string): { work: string; secrets: string } {
    mkdirSync(this.props.folder, { recursive: true });
    const run = mkdtempSync(path.join(this.props.folder, 'job-'));
    const [work, secrets] = [path.join(run, 'work'), path.join(run, 'secrets')];
    for (const each of [work, secrets]) mkdirSync(each);
    writeFileSync(path.join(secrets, 'username'), 'backup');
    writeFileSync(path.join(secrets, 'password'), password);
    return { work, secrets };
  }

  /** As Kubernetes: a step that fails is the last one. */
  private async sequence(steps: readonly (() => Promise<StepResult>)[]): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const step of steps) {
      const result = await step();
      results.push(result);
      if (result.code !== 0) break;
    }
    return results;
  }

  private script(
    step: string,
    script: string,
    env: NodeJS.ProcessEnv,
    how: Disturbance,
  ): Promise<StepResult> {
    return this.step(
      step,
      ['/bin/sh', '-c', script],
      { PATH: process.env.PATH, HOME: this.props.home, ...env },
      how,
    );
  }

  private mover(verb: string, work: string, how: Disturbance, more: readonly string[]): Promise<StepResult> {
    const { bucket, caBundle, checksums = 'when_supported', credentials, mover, region, s3Port } = this.props;
    const file = path.join(path.dirname(work), 'credentials');
    const { accessKey, secretKey } = credentials;
    writeFileSync(
      file,
      `[default]\naws_access_key_id = ${accessKey}\naws_secret_access_key = ${secretKey}\n`,
    );
    const whose = ['--cluster=prod', '--namespace=shop', '--name=cart'];
    const command = [mover, verb, `--bucket=${bucket}`, '--path-style', ...whose, `--work=${work}`, ...more];
    const env = {
      ...{ PATH: process.env.PATH, HOME: this.props.home },
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: `${caBundle ? 'https' : 'http'}://127.0.0.1:${s3Port}`,
      ...(caBundle ? { FLEETWRIGHT_S3_CA: caBundle } : {}),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REQUEST_CHECKSUM_CALCULATION: checksums,
      AWS_RESPONSE_CHECKSUM_VALIDATION: checksums,
      AWS_SHARED_CREDENTIALS_FILE: file,
      NODE_NO_WARNINGS: '1',
    };
    return this.step(verb, [process.execPath, ...command], env, how);
  }

  private step(
    step: string,
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    { fileLimit, kill }: Disturbance,
  ): Promise<StepResult> {
    // In blocks of 512 bytes, as POSIX has it.
    const limit = fileLimit === undefined ? '' : `ulimit -f ${Math.ceil(fileLimit / 512)}; `;
    const child = spawn('/bin/sh', ['-c', `${limit}exec "$@"`, 'step', ...command], {
      env,
      // A process group of its own, which ends whole as the container does.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    let killed = false;
    const strike = () => {
      killed = child.exitCode === null;
      end();
    };
    const timer = kill?.step === step ? setTimeout(strike, kill.after) : undefined;
    const begun = Date.now();
    let memory = 0;
    const measure = () => {
      memory = Math.max(memory, peakOf(child.pid));
    };
    const watch = this.props.measured ? setInterval(measure, 100) : undefined;
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        text = (text + piece.toString('utf8')).slice(-4000);
      });
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        clearInterval(watch);
        // What a step leaves behind ends with its container.
        end();
        const output = signal ? `${text}ended by ${signal}` : text.trim();
        const seconds = (Date.now() - begun) / 1000;
        resolve({ step, code: code ?? 1, output, memory, seconds, killed: killed && signal === 'SIGKILL' });
      });
    });
  }
}

/** The most memory that one process of a group has had. */
function peakOf(group: number | undefined): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Math.max(0, ...processes.map((name) => (groupOf(name) === group ? memoryOf(name) : 0)));
}

function groupOf(name: string): number | undefined {
  // After the name of the program, which may hold anything: state, parent, group.
  return Number(
    read(`/proc/${name}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ')[2],
  );
}

function memoryOf(name: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${name}/status`))?.[1] ?? 0) * 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
