import type { RestoreStage } from '../../../constructs/redis-backup/restore';
import type { RESTORE_STEPS } from '../../../constructs/redis-backup/status-schema';

/** What a restore is doing, or how it ended. */
export type RestoreStep = (typeof RESTORE_STEPS)[number];

/** The restore that ran last, or runs: all that has to be known to go on after the operator was killed. */
export interface RestoreStatus {
  readonly id: string;
  readonly step: RestoreStep;
  /** A hash of what was asked for: a refused restore is judged again when that changes. */
  readonly request?: string;
  readonly key?: string;
  readonly keys?: number;
  readonly digest?: string;
  /** The key of the backup that was taken behind the fence. */
  readonly backup?: string;
  readonly empty?: boolean;
  readonly runId?: string;
  /** How often a step was begun again. */
  readonly attempt?: number;
  /** How many pods were lost with their nodes: each is cut off from the server. */
  readonly lostPods?: number;
  readonly retryAt?: string;
  /** How it ends, once the fence is lifted. */
  readonly outcome?: 'Done' | 'RolledBack';
  readonly startedAt?: string;
  /** Set when nothing is left of it but this. */
  readonly finishedAt?: string;
  readonly message?: string;
  /** What it did, and when. */
  readonly steps?: readonly {
    readonly step: RestoreStep;
    readonly time: string;
    readonly message?: string;
  }[];
}

/** What the container of a stage told. */
export type Report =
  | {
      readonly result: 'fits';
      readonly message: string;
      readonly key: string;
      readonly keys: number;
      readonly digest: string;
    }
  | {
      readonly result: 'fenced';
      readonly message: string;
      readonly runId: string;
      readonly touched: boolean;
      readonly empty: boolean;
    }
  | { readonly result: 'backed-up'; readonly message: string; readonly key: string }
  | {
      readonly result:
        | 'refused'
        | 'promoted'
        | 'rolled-back'
        | 'untouched'
        | 'unsettled'
        | 'lifted'
        | 'failed';
      readonly message: string;
    };

/** A stage's Job. */
export interface StageView {
  /**
   * `none`: there is no Job. `ending`: the Job ended, or is gone, and a pod of it is still there. `lost`: that pod does
   * not end, with its node, and may still reach the server.
   */
  readonly state: 'none' | 'running' | 'ending' | 'lost' | 'ended';
  /** Of a Job that ended: what its pod told, or what Kubernetes says of it; of a lost pod: which it is, and where. */
  readonly report?: Report;
  /** Whether the pod has what it needs from S3. */
  readonly fetched?: boolean;
}

export type { RestoreStage };
