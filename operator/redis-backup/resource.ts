import type { RedisBackupSpec } from '../../constructs/redis-backup/spec';
import type { Condition, KubeObject } from '../kit';
import type { RestoreStatus } from './restore/status';

/** A `RedisBackup` as the API server has it. */
export interface RedisBackupResource extends KubeObject {
  readonly spec: RedisBackupSpec;
  readonly status?: RedisBackupStatus;
}

/** The status; constructs/redis-backup/status-schema.ts says the same to the API server. */
export interface RedisBackupStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly bucket?: string;
  readonly endpoint?: string;
  readonly hardening?: readonly string[];
  readonly lastBackup?: LastBackup;
  readonly lastProof?: { readonly key: string; readonly time: string };
  readonly restore?: RestoreStatus;
}

/** The newest backup that has a manifest. */
export interface LastBackup {
  readonly key: string;
  readonly time: string;
  readonly bytes: number;
  readonly keys: number;
  readonly digest: string;
  readonly sha256: string;
}

/** Annotations by which a person speaks to the operator. */
export const SAYS = {
  /** Lets `Delete` remove bucket and volume. */
  allowDeletion: 'fleetwright.dev/allow-deletion',
  /** The id of a suspicious backup that is right as it is. */
  acceptBackup: 'fleetwright.dev/accept-backup',
  /** The UID of a lost cluster whose bucket this one takes over. */
  adoptBucket: 'fleetwright.dev/adopt-bucket',
  /** Any new text changes the passwords once. */
  rotatePasswords: 'fleetwright.dev/rotate-passwords',
} as const;

/** What a person said by an annotation. */
export function said({ metadata }: KubeObject, annotation: keyof typeof SAYS): string | undefined {
  return metadata.annotations?.[SAYS[annotation]] || undefined;
}
