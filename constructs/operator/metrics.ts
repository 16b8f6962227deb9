/* The metrics of the hooks; docs/redis-platform.md has them, too. */

/** One for each condition of each resource: 1 while it is `True`, 0 otherwise. Written by the hooks. */
export const CONDITION_METRIC = 'fleetwright_redisbackup_condition';
/** How many resources there are: also there when it is 0, so that its absence means something. */
export const RESOURCES_METRIC = 'fleetwright_redisbackup_resources';
/** How many items the last tick of a hook failed on. The kit writes it; the engine adds the label `hook`. */
export const ITEM_ERRORS_METRIC = 'fleetwright_hook_item_errors';
/** 1 for a resource whose bucket could not be deleted in time, by namespace, name and bucket. */
export const DELETION_STUCK_METRIC = 'fleetwright_redisbackup_deletion_stuck';
/** The Unix time of the newest backup with a manifest, by namespace and name. */
export const LAST_BACKUP_METRIC = 'fleetwright_redisbackup_last_backup_timestamp_seconds';
/** The Unix time of the newest proof, by namespace and name. */
export const LAST_PROOF_METRIC = 'fleetwright_redisbackup_last_proof_timestamp_seconds';
/** 1 while a restore keeps writers away, else 0, by namespace and name. */
export const RESTORING_METRIC = 'fleetwright_redisbackup_restoring';
