import type { Container, PodTemplateSpec } from '../../imports/kubernetes';
import type { Plain } from '../plain';
import { type Role, roleLabels, type SettledBundle } from './bundle';
import { endpointOf, imagesOf, type S3Identity } from './platform';
import { CHECK, DUMP, LOAD } from './scripts';

/** The folder that the containers of a job share. It dies with the pod, so that every run starts afresh. */
const WORK = '/work';
const REDIS_USER = '/run/secrets/redis';
const REDIS_CA = '/run/secrets/redis-ca';
const S3 = '/run/secrets/s3';

/**
 * The user of the containers: that of the official images of Valkey and Redis. The mover runs as the same
 * one, since what a server writes under umask 077 no one else can read.
 */
const USER = 999;

const restricted: Plain<Container['securityContext']> = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** A container of a job. */
export type PodPart = Plain<Container>;

/** A step in the server's own image. It gets no S3 credentials: what it reads may be hostile. */
export function serverStep(bundle: SettledBundle, name: string, script: string, memory: string): PodPart {
  return {
    name,
    image: imagesOf(bundle.platform, bundle.spec.redis.image).server,
    command: ['/bin/sh', '-c', script],
    env: [{ name: 'WORK', value: WORK }],
    resources: resources(memory),
    securityContext: restricted,
    volumeMounts: [{ name: 'work', mountPath: WORK }],
  };
}

/** The step that takes the snapshot, with the password of the user that can do nothing else. */
export function dumpStep(bundle: SettledBundle): PodPart {
  const { identity, names, spec } = bundle;
  const step = serverStep(bundle, 'dump', DUMP, '128Mi');
  const tls = spec.redis.tls !== undefined;
  return {
    ...step,
    env: [
      ...(step.env ?? []),
      { name: 'REDIS_HOST', value: `${names.server}.${identity.namespace}.svc` },
      { name: 'REDIS_USER_DIR', value: REDIS_USER },
      { name: 'REDIS_CA', value: tls ? `${REDIS_CA}/ca.crt` : '' },
    ],
    volumeMounts: [
      ...(step.volumeMounts ?? []),
      { name: 'redis-user', mountPath: REDIS_USER, readOnly: true },
      ...(tls ? [{ name: 'redis-ca', mountPath: REDIS_CA, readOnly: true }] : []),
    ],
  };
}

/** The step that checks the dump: loading one big value can take what the server takes. */
export function checkStep(bundle: SettledBundle): PodPart {
  return serverStep(bundle, 'check', CHECK, bundle.spec.redis.memory);
}

/** The step that loads the dump: a small file can fill as much memory as the server has. */
export function loadStep(bundle: SettledBundle): PodPart {
  return serverStep(bundle, 'load', LOAD, bundle.spec.redis.memory);
}

/** What our own image does; docs/redis-platform.md has the arguments and what each reads and writes. */
export type MoverVerb = 'backup' | 'fetch' | 'prove' | 'bucket';

/** A step in our own image: the only one with S3 credentials. */
export function moverStep(bundle: SettledBundle, verb: MoverVerb, identity: S3Identity | undefined): PodPart {
  const { s3 } = bundle.platform;
  const { cluster, namespace, name } = bundle.identity;
  const pathStyle = s3.pathStyle ?? s3.endpoint !== undefined;
  const checksums = `when_${s3.checksums ?? 'supported'}`;
  const hasFile = identity !== undefined && 'secretName' in identity;
  return {
    name: verb,
    image: imagesOf(bundle.platform).mover,
    args: [
      verb,
      `--bucket=${bundle.bucket}`,
      ...(pathStyle ? ['--path-style'] : []),
      ...[`--cluster=${cluster}`, `--namespace=${namespace}`, `--name=${name}`],
      ...(verb === 'bucket' ? [] : [`--work=${WORK}`]),
      ...(verb === 'backup' ? [`--suspicious-fall=${bundle.spec.suspiciousFall}`] : []),
      ...(verb === 'backup' && bundle.clusterUid ? [`--cluster-uid=${bundle.clusterUid}`] : []),
      ...(verb === 'bucket' && bundle.spec.bucket?.requireHardening ? ['--require-hardening'] : []),
    ],
    env: [
      { name: 'AWS_REGION', value: s3.region },
      { name: 'AWS_ENDPOINT_URL_S3', value: endpointOf(bundle.platform) },
      { name: 'AWS_REQUEST_CHECKSUM_CALCULATION', value: checksums },
      { name: 'AWS_RESPONSE_CHECKSUM_VALIDATION', value: checksums },
      { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
      ...(hasFile ? [{ name: 'AWS_SHARED_CREDENTIALS_FILE', value: `${S3}/credentials` }] : []),
      ...(s3.caBundle ? [{ name: 'FLEETWRIGHT_S3_CA', value: s3.caBundle }] : []),
    ],
    resources: resources('256Mi'),
    securityContext: restricted,
    volumeMounts: [
      ...(verb === 'bucket' ? [] : [{ name: 'work', mountPath: WORK }]),
      ...(hasFile ? [{ name: 's3', mountPath: S3, readOnly: true }] : []),
    ],
  };
}

/** A pod that runs steps one after the other, the last of them as its container. */
export function jobPod(
  bundle: SettledBundle,
  role: Exclude<Role, 'server'>,
  steps: readonly PodPart[],
  serviceAccountName: string,
  s3: S3Identity | undefined,
): Plain<PodTemplateSpec> {
  const { names, spec } = bundle;
  const mounted = new Set(steps.flatMap((step) => (step.volumeMounts ?? []).map((mount) => mount.name)));
  const { tls, memory } = spec.redis;
  const volumes = [
    { name: 'work', emptyDir: { sizeLimit: memory } },
    { name: 'redis-user', secret: { secretName: names.secrets.backup, defaultMode: 0o440 } },
    ...(tls
      ? [
          {
            name: 'redis-ca',
            secret: { secretName: tls.secretName, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
          },
        ]
      : []),
    ...(s3 && 'secretName' in s3
      ? [{ name: 's3', secret: { secretName: s3.secretName, defaultMode: 0o440 } }]
      : []),
  ];
  // What a step says last is why it failed, where it tells nothing else: status repeats it.
  const telling = steps.map((step) => ({ ...step, terminationMessagePolicy: 'FallbackToLogsOnError' }));
  return {
    metadata: { labels: roleLabels(bundle, role), annotations: skipped(steps, s3) },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 10,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      initContainers: steps.length > 1 ? telling.slice(0, -1) : undefined,
      containers: telling.slice(-1),
      volumes: volumes.filter(({ name }) => mounted.has(name)),
    },
  };
}

/**
 * EKS gives a role's token to every container of a pod, unless told which to leave out.
 *
 * @see https://github.com/aws/amazon-eks-pod-identity-webhook
 */
function skipped(steps: readonly PodPart[], s3: S3Identity | undefined): Record<string, string> | undefined {
  const foreign = steps.filter(({ command }) => command !== undefined).map(({ name }) => name);
  if (!s3 || 'secretName' in s3 || foreign.length === 0) return undefined;
  return { 'eks.amazonaws.com/skip-containers': foreign.join(',') };
}

function resources(memory: string): Plain<Container['resources']> {
  return { requests: { cpu: '50m', memory }, limits: { cpu: '1', memory } };
}
