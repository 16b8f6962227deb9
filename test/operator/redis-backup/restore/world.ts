import type { Restore } from '../../../../constructs/redis-backup/spec';
import { hasEnded, holds, nextStep } from '../../../../operator/redis-backup/restore/machine';
import { factsOf } from '../../../../operator/redis-backup/restore/stages';
import type {
  Report,
  RestoreStage,
  RestoreStatus,
  StageView,
} from '../../../../operator/redis-backup/restore/status';

/** Something that happens beside the operator. */
export type Event =
  | { readonly is: 'operator'; readonly killedAfter: number }
  | {
      readonly is:
        | 'pod'
        | 'pod-killed'
        | 'pod-fails'
        | 'node-lost'
        | 'server-killed'
        | 'kubelet'
        | 'stopped'
        | 's3'
        | 'job-deleted';
    };

interface Pod {
  readonly job: string;
  readonly stage: RestoreStage;
  readonly runId: string;
  /** By what the server's NetworkPolicy knows it. */
  readonly opening: string;
  at: number;
  alive: boolean;
  /** Its node is: what it does from now on, no one hears, and it does not end. */
  lost: boolean;
  done: boolean;
  report?: Report;
}

const message = '';

const openingOf = ({ id, lostPods = 0 }: RestoreStatus) => `${id} ${lostPods}`;

/** A cluster with one server, as far as a restore sees it: what its scripts do, they do here in their small steps. */
export class World {
  status?: RestoreStatus;
  wanted?: Restore = { id: 'a', overwrite: true };
  now = Date.parse('2026-01-31T12:00:00Z');
  readonly server = { data: 'old', master: true, marked: false, run: 1 };
  /** The fence, in the Secret and in the server. */
  readonly fence = { wanted: false, real: false };
  /** Which pods the server's NetworkPolicy lets in. */
  opening = '';
  /** Whether what runs on lost nodes stands still. */
  stalled = false;
  s3 = true;
  readonly claims: string[] = [];
  private finished = false;
  private readonly jobs = new Set<string>();
  private pods: Pod[] = [];

  /** A run of the operator, which ends after so many writes. */
  operate(killedAfter: number): void {
    this.now += 1000;
    for (let writes = 0; writes < killedAfter; writes++) {
      const { status } = this;
      if (status && !hasEnded(status.step) && holds(status).fence !== this.fence.wanted) {
        this.fence.wanted = !this.fence.wanted;
        continue;
      }
      if (status && !hasEnded(status.step) && this.opening !== openingOf(status)) {
        this.opening = openingOf(status);
        continue;
      }
      const next = nextStep({
        ...{ status, wanted: this.wanted, now: new Date(this.now), fenced: this.fence.wanted },
        id: this.s3 ? this.idOf() : undefined,
        cleared: this.jobs.size === 0 && !this.fence.wanted,
        stage: (stage) => this.view(stage),
      });
      if ('status' in next) {
        this.status = next.status;
        continue;
      }
      const [action] = next.actions;
      if (!action || !status) return;
      if (action.do === 'run') this.start(action.stage, status);
      else if (action.do === 'stop') this.removeJob(this.nameOf(action.stage, status));
      else if (action.do === 'claim') {
        this.claims.push(status.id);
        this.finished = false;
      } else if (action.do === 'finish') this.finished = true;
      else {
        this.fence.wanted = false;
        this.opening = '';
        for (const job of this.jobs) this.removeJob(job);
      }
    }
  }

  happen(event: Event, choice: number): void {
    const goesOn = (pod: Pod) => pod.alive && !(pod.lost && (this.stalled || this.isCutOff(pod)));
    const alive = this.pods.filter(goesOn);
    const pod = alive[choice % (alive.length || 1)];
    switch (event.is) {
      case 'operator':
        this.operate(event.killedAfter);
        return;
      case 'pod':
        // One that no longer reaches the server gives up at its Job's deadline.
        if (pod && this.isCutOff(pod)) this.end(pod, { result: 'failed', message });
        else if (pod) this.step(pod);
        return;
      case 'pod-killed':
        if (pod) pod.alive = false;
        return;
      case 'pod-fails':
        if (pod) this.fail(pod);
        return;
      case 'node-lost':
        if (pod) pod.lost = true;
        return;
      case 'server-killed':
        Object.assign(this.server, { master: true, marked: false, run: this.server.run + 1 });
        this.fence.real = this.fence.wanted;
        return;
      case 'kubelet':
        this.fence.real = this.fence.wanted;
        return;
      case 'stopped':
        this.wanted = undefined;
        return;
      case 's3':
        this.s3 = !this.s3;
        return;
      case 'job-deleted': {
        const job = [...this.jobs][choice % (this.jobs.size || 1)];
        if (job) this.removeJob(job);
      }
    }
  }

  private isCutOff({ stage, opening }: Pod): boolean {
    return stage !== 'backup' && opening !== this.opening;
  }

  private idOf() {
    const begins = !this.status || this.status.finishedAt !== undefined;
    if (!this.claims.includes((begins ? this.wanted : this.status)?.id ?? '')) return 'free' as const;
    if (begins) return 'used' as const;
    return this.finished ? ('finished' as const) : ('ours' as const);
  }

  private nameOf(stage: RestoreStage, status: RestoreStatus): string {
    return `${stage}-${factsOf(status, this.wanted, stage).attempt}`;
  }

  private view(stage: RestoreStage): StageView {
    if (!this.status) return { state: 'none' };
    const name = this.nameOf(stage, this.status);
    const pods = this.pods.filter(({ job }) => job === name);
    const opening = openingOf(this.status);
    // A backup job's pod has no way that a restore opens.
    const isGone = (pod: Pod) => pod.lost && (stage === 'backup' || pod.opening !== opening);
    const there = pods.filter((pod) => pod.alive && !isGone(pod));
    if (there.some((pod) => pod.lost)) return { state: 'lost' };
    const alive = there.length > 0;
    if (!this.jobs.has(name)) return { state: alive ? 'ending' : 'none' };
    if (alive) return { state: 'running', fetched: true };
    return { state: 'ended', report: pods.at(-1)?.report };
  }

  private start(stage: RestoreStage, status: RestoreStatus): void {
    const job = this.nameOf(stage, status);
    if (this.jobs.has(job)) return;
    this.jobs.add(job);
    const begun = { at: 0, alive: true, lost: false, done: false };
    this.pods.push({ job, stage, runId: status.runId ?? '', opening: openingOf(status), ...begun });
  }

  /** Its pods are told to end, and one that has ended told nothing. */
  private removeJob(job: string): void {
    this.jobs.delete(job);
    this.pods = this.pods.filter((pod) => pod.job !== job || pod.alive);
  }

  private end(pod: Pod, report: Report): void {
    Object.assign(pod, pod.lost ? { done: true } : { alive: false, report });
  }

  /** What a script does when a step of it fails: from the change of the server on, it goes back by itself, or not. */
  private fail(pod: Pod): void {
    const { server } = this;
    let result: 'failed' | 'untouched' | 'rolled-back' | 'unsettled' =
      pod.stage === 'check' ? 'failed' : 'unsettled';
    if (pod.stage === 'run' && pod.at <= 2) result = 'untouched';
    else if (pod.stage === 'run' && this.now % 3 > 0 && server.marked) {
      Object.assign(server, { data: 'old', master: true });
      result = 'rolled-back';
    }
    this.end(pod, { result, message });
  }

  private step(pod: Pod): void {
    const { server, fence } = this;
    const { stage } = pod;
    if (pod.done) return;
    const untouched = server.master && !server.marked;
    const at = pod.at++;
    switch (stage) {
      case 'check':
        if (!this.s3) this.fail(pod);
        else this.end(pod, { result: 'fits', message, key: 'backups/new', keys: 1, digest: 'd' });
        return;
      case 'fence':
      case 'look':
        if (!fence.real) return;
        this.end(pod, {
          result: 'fenced',
          message,
          runId: `${server.run}`,
          touched: !untouched,
          empty: false,
        });
        return;
      case 'backup':
        // One that is not waited for any more may come late.
        if (!fence.real && this.status?.step === 'BackingUp') throw new Error('a backup without a fence');
        if (this.s3) this.end(pod, { result: 'backed-up', message, key: 'backups/old' });
        else this.end(pod, { result: 'failed', message });
        return;
      case 'lift':
        if (fence.real || !server.master) return;
        server.marked = false;
        this.end(pod, { result: 'lifted', message });
        return;
      default:
        this.put(pod, at, stage === 'run' ? 'new' : 'old');
    }
  }

  /** The steps of the script that puts data into the server. */
  private put(pod: Pod, at: number, data: string): void {
    const { server } = this;
    if ((at === 0 && !this.s3) || (at > 2 && !server.marked)) {
      this.fail(pod);
      return;
    }
    if (
      at === 1 &&
      pod.stage === 'run' &&
      (pod.runId !== `${server.run}` || server.marked || !server.master)
    ) {
      this.end(pod, { result: 'unsettled', message });
      return;
    }
    if (at === 2) server.marked = true;
    if (at === 3) Object.assign(server, { data: 'partial', master: false });
    if (at === 4) server.data = data;
    if (at === 5) server.master = true;
    if (at !== 6) return;
    this.end(pod, { result: pod.stage === 'run' ? 'promoted' : 'rolled-back', message });
  }
}
