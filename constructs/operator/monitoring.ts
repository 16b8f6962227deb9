import {
  type PrometheusRuleSpec,
  type PrometheusRuleSpecGroupsRules,
  PrometheusRuleSpecGroupsRulesExpr,
  type ServiceMonitorSpec,
} from '../../imports/monitoring.coreos.com';
import type { Plain } from '../plain';
import { REQUESTED } from '../redis-backup/status-schema';
import { OPERATOR, POD_LABELS } from './deployment';
import {
  CONDITION_METRIC,
  DELETION_STUCK_METRIC,
  ITEM_ERRORS_METRIC,
  RESOURCES_METRIC,
  RESTORING_METRIC,
} from './metrics';

/** Both pages of metrics: the engine's and the hooks'. */
export const MONITOR: Plain<ServiceMonitorSpec> = {
  selector: { matchLabels: POD_LABELS },
  endpoints: [
    { port: 'http', path: '/metrics', interval: '30s', honorLabels: true },
    { port: 'http', path: '/metrics/hooks', interval: '30s', honorLabels: true },
  ],
};

type Severity = 'critical' | 'warning';

const condition = (type: string, value: 0 | 1) => `${CONDITION_METRIC}{condition="${type}"} == ${value}`;
const RESOURCE = '{{ $labels.namespace }}/{{ $labels.name }}';

function alert(
  name: string,
  severity: Severity,
  wait: string,
  expr: string,
  summary: string,
): PrometheusRuleSpecGroupsRules {
  return {
    ...{ alert: name, for: wait, labels: { severity }, annotations: { summary } },
    expr: PrometheusRuleSpecGroupsRulesExpr.fromString(expr),
  };
}

/** Alerts on backups and on the engine that looks after them. The absence of metrics is one, too. */
export const ALERTS: PrometheusRuleSpec = {
  groups: [
    {
      name: 'fleetwright-redis-backup',
      rules: [
        alert(
          'RedisBackupNotFresh',
          'critical',
          '5m',
          condition('BackupFresh', 0),
          `${RESOURCE} has no backup as new as it promises`,
        ),
        alert(
          'RedisBackupSuspicious',
          'critical',
          '0m',
          condition('BackupSuspicious', 1),
          `${RESOURCE} lost most of its keys between two backups; nothing is deleted until a person has looked`,
        ),
        alert(
          'RedisRestoreNotProven',
          'warning',
          '30m',
          condition('RestoreProven', 0),
          `no newer backup of ${RESOURCE} was loaded and compared within its promise`,
        ),
        alert(
          'RedisBackupNotReady',
          'warning',
          '30m',
          condition('Ready', 0),
          `${RESOURCE} is not ready: kubectl describe redisbackup says why`,
        ),
        alert(
          'RedisBackupServerDown',
          'critical',
          '10m',
          condition('RedisReady', 0),
          `the server of ${RESOURCE} is not there: kubectl describe redisbackup says why`,
        ),
        alert(
          'RedisRestoreFences',
          'critical',
          '30m',
          `${RESTORING_METRIC} == 1`,
          `a restore of ${RESOURCE} has kept its writers out for half an hour`,
        ),
        alert(
          'RedisBackupRequestNotTaken',
          'warning',
          '5m',
          condition(REQUESTED, 0),
          `${RESOURCE} is not as its Deployment asks, or goes because nothing asks for it: kubectl describe redisbackup says which`,
        ),
        alert(
          'RedisBackupDeletionStuck',
          'warning',
          '0m',
          `${DELETION_STUCK_METRIC} == 1`,
          `S3 did not let bucket {{ $labels.bucket }} of ${RESOURCE} be deleted in time; it was kept`,
        ),
        alert(
          'RedisBackupMetricsAbsent',
          'critical',
          '15m',
          `absent(${RESOURCES_METRIC})`,
          'no metric says whether backups are fresh',
        ),
      ],
    },
    {
      name: 'fleetwright-operator',
      rules: [
        alert(
          'FleetwrightOperatorDown',
          'critical',
          '10m',
          `absent(shell_operator_live_ticks{job="${OPERATOR}"}) or increase(shell_operator_live_ticks{job="${OPERATOR}"}[5m]) == 0`,
          'the operator gives no sign of life',
        ),
        alert(
          'FleetwrightHookFails',
          'warning',
          '10m',
          `increase(shell_operator_hook_run_errors_total{job="${OPERATOR}"}[10m]) > 0`,
          'hook {{ $labels.hook }} keeps failing; its queue waits',
        ),
        alert(
          'FleetwrightItemsFail',
          'warning',
          '15m',
          `${ITEM_ERRORS_METRIC} > 0`,
          'hook {{ $labels.hook }} fails on {{ $value }} of its items; the log of the operator says why',
        ),
        alert(
          'FleetwrightQueueStuck',
          'warning',
          '15m',
          `min_over_time(shell_operator_tasks_queue_length{job="${OPERATOR}"}[15m]) > 20`,
          'queue {{ $labels.queue }} does not get shorter',
        ),
        alert(
          'FleetwrightInformerDead',
          'warning',
          '0m',
          `increase(shell_operator_factory_informer_dead_total{job="${OPERATOR}"}[15m]) > 0`,
          'an informer died and was made anew; what it missed meanwhile comes with the next schedule',
        ),
      ],
    },
  ],
};
