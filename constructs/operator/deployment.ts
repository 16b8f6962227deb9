import type { Container, Deployment } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import type { S3Identity } from '../redis-backup/platform';
import { typed } from '../redis-backup/typed';

/** The operator's name, and that of everything that belongs to it alone. */
export const OPERATOR = 'fleetwright-operator';
/** shell-operator's HTTP port: `/metrics` are its own metrics, `/metrics/hooks` those of the hooks. */
export const HTTP_PORT = 9115;
/** The labels of its pod. */
export const POD_LABELS = { 'app.kubernetes.io/name': OPERATOR };

const SETTINGS = '/etc/fleetwright';
const S3 = '/run/secrets/s3';

/** What the operator's pod is made of. */
export interface PodSettings {
  readonly namespace: string;
  readonly image: string;
  readonly cluster: string;
  readonly s3: S3Identity;
  /** The hash of the settings: a changed one rolls the pod. */
  readonly settingsHash: string;
  readonly memory: string;
}

/**
 * The Deployment: one replica and `Recreate`, since shell-operator elects no leader and two of them would
 * both act.
 *
 * @see https://flant.github.io/shell-operator/
 */
export function operatorDeployment(settings: PodSettings): Manifest {
  const { namespace, s3, settingsHash } = settings;
  const secret = 'secretName' in s3 ? { secretName: s3.secretName, defaultMode: 0o440 } : undefined;
  return typed<Deployment>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: OPERATOR, namespace, labels: POD_LABELS },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: POD_LABELS },
      template: {
        metadata: {
          labels: POD_LABELS,
          annotations: { 'fleetwright.dev/settings-hash': settingsHash },
        },
        spec: {
          serviceAccountName: OPERATOR,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 60,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            fsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(settings)],
          volumes: [
            { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
            { name: 'settings', configMap: { name: OPERATOR } },
            ...(secret ? [{ name: 's3', secret }] : []),
          ],
        },
      },
    },
  });
}

function container({ image, cluster, namespace, s3, memory }: PodSettings): Plain<Container> {
  const hasFile = 'secretName' in s3;
  // The engine has no health endpoint of its own; "/" answers as long as its HTTP server does.
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 10, timeoutSeconds: 5 });
  const env: Record<string, string> = {
    SHELL_OPERATOR_HOOKS_DIR: '/hooks',
    SHELL_OPERATOR_TMP_DIR: '/tmp/shell-operator',
    SHELL_OPERATOR_LISTEN_ADDRESS: '0.0.0.0',
    SHELL_OPERATOR_LISTEN_PORT: String(HTTP_PORT),
    DEBUG_UNIX_SOCKET: '/tmp/debug.socket',
    LOG_TYPE: 'json',
    KUBE_CLIENT_QPS: '50',
    KUBE_CLIENT_BURST: '100',
    OBJECT_PATCHER_KUBE_CLIENT_QPS: '50',
    OBJECT_PATCHER_KUBE_CLIENT_BURST: '100',
    FLEETWRIGHT_CLUSTER: cluster,
    FLEETWRIGHT_NAMESPACE: namespace,
    FLEETWRIGHT_PLATFORM: `${SETTINGS}/platform.json`,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(hasFile ? { AWS_SHARED_CREDENTIALS_FILE: `${S3}/credentials` } : {}),
  };
  return {
    name: 'operator',
    image,
    args: ['start'],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ports: [{ name: 'http', containerPort: HTTP_PORT }],
    livenessProbe: { ...probe('/'), failureThreshold: 6, initialDelaySeconds: 15 },
    readinessProbe: probe('/metrics'),
    resources: { requests: { cpu: '100m', memory }, limits: { cpu: '1', memory } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'settings', mountPath: SETTINGS, readOnly: true },
      ...(hasFile ? [{ name: 's3', mountPath: S3, readOnly: true }] : []),
    ],
  };
}
