import type { Restore } from '../../../constructs/redis-backup/spec';
import type { RestoreStage, RestoreStatus, StageView } from './status';

/** Everything that a restore's next step depends on. */
export interface Observed {
  /** What the resource asks for. */
  readonly wanted?: Restore;
  readonly status?: RestoreStatus;
  /** Whose the id in status is, or of what is wanted if nothing runs; undefined while S3 is away. */
  readonly id?: 'free' | 'ours' | 'used' | 'finished';
  /** What has to be there first, and is not. */
  readonly missing?: string;
  /** Whether the Secret of the admin has the fence. */
  readonly fenced: boolean;
  /** Whether Jobs, openings and pauses of a restore are gone. */
  readonly cleared: boolean;
  readonly stage: (stage: RestoreStage) => StageView;
  readonly now: Date;
}

/** What is to be done; each can be done again. */
export type Action =
  | { readonly do: 'run' | 'stop'; readonly stage: RestoreStage }
  /** Write the id to the bucket, once; then, when it has ended, how. */
  | { readonly do: 'claim' | 'finish' }
  /** Remove everything that was there for the restore. */
  | { readonly do: 'clear' };

/** Either a status to write before anything else is done, or what to do while it is as it is. */
export type Next = { readonly status: RestoreStatus } | { readonly actions: readonly Action[] };
