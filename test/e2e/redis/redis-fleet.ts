import { cpSync } from 'node:fs';
import path from 'node:path';
import { ApiObject } from 'cdk8s';
import {
  AddOn,
  ExistingCluster,
  type Fleet,
  FleetApp,
  FleetOperator,
  FleetOperatorCrds,
  RedisBackup,
  type RedisBackupProps,
  type RedisPlatform,
} from '../../../constructs';
import type { ApiServer } from '../../stack/api-server';
import { listOf } from '../../stack/kubernetes-object';
import type { LiveFleet } from '../../stack/live/live-fleet';
import { valkeyImage } from '../../stack/node/debian-images';
import { digestName } from '../../stack/node/images';
import { SYSTEM } from '../../stack/operator';
import { type S3, S3_REGION } from '../../stack/s3';
import { credentialsFile, type S3Account } from '../../stack/s3-accounts';
import { backupPolicy, operatorPolicy, restoreTestPolicy } from '../../stack/s3-policies';
import { ROOT } from '../../support/folder';

/** How all buckets of these tests begin. */
export const PREFIX = 'fleet';

/** Who acts on S3: operator, backup jobs and restore tests, each with what it needs and nothing else. */
export interface S3Identities {
  readonly operator: S3Account;
  readonly backup: S3Account;
  readonly restoreTest: S3Account;
}

/** Makes the accounts of a platform. */
export async function s3Identities(s3: S3): Promise<S3Identities> {
  return {
    operator: await s3.account('operator', operatorPolicy(PREFIX)),
    backup: await s3.account('backup', backupPolicy(`${PREFIX}-*`)),
    restoreTest: await s3.account('restore-test', restoreTestPolicy(`${PREFIX}-*`)),
  };
}

/** The platform of a cluster whose S3 server is a stack's. */
export async function platformOf(s3: S3): Promise<RedisPlatform> {
  return {
    s3: {
      ...{ endpoint: s3.url, region: S3_REGION, bucketPrefix: PREFIX, caBundle: s3.caBundle },
      operator: { secretName: 's3-operator' },
      jobSecrets: { backup: 's3-backup', restoreTest: 's3-restore-test' },
    },
    serverImage: await digestName(valkeyImage),
  };
}

/** Puts the credentials of a platform on a cluster, as SOPS or External Secrets do. */
export async function addCredentials({ kubectl }: ApiServer, identities: S3Identities): Promise<void> {
  const secret = (name: string, account: S3Account) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: SYSTEM } },
    stringData: { credentials: credentialsFile(account) },
  });
  const secrets = [
    secret('s3-operator', identities.operator),
    secret('s3-backup', identities.backup),
    secret('s3-restore-test', identities.restoreTest),
  ];
  await kubectl.output(['apply', '--server-side', '-f', '-'], { input: listOf(secrets) });
}

/** A cluster with the operator, whose fleet carries the chart. */
export function operatorFleet(fleet: Fleet, cluster: string, platform: RedisPlatform): void {
  new ExistingCluster(fleet, cluster, { kubernetesVersion: 'v1.36.3', management: true });
  const everywhere = { namespace: SYSTEM, placement: {} };
  new AddOn(fleet, 'fleetwright-crds', {
    ...{ ...everywhere, layer: 'crds' },
    define: (chart) => void new FleetOperatorCrds(chart, 'crds'),
  });
  new AddOn(fleet, 'fleetwright-operator', {
    ...{ ...everywhere, layer: 'controllers', dependsOn: ['fleetwright-crds'] },
    define: (chart) => void new FleetOperator(chart, 'operator', { platform }),
  });
}

/** Pushes a fleet together with charts/redis. */
export function pushWithChart(live: LiveFleet, define: (fleet: Fleet) => unknown): Promise<string> {
  cpSync(path.join(ROOT, 'charts'), path.join(live.repository.folder, 'charts'), { recursive: true });
  live.synth(define, { url: live.url, interval: '10s', charts: 'charts' });
  return live.repository.commit('A change');
}

/** What a test's app has of its own. */
export interface SampleApp {
  readonly name: string;
  readonly image: string;
  /** The value of `fleetwright.dev/redis-backup`. @default none */
  readonly annotation?: string;
  /** A resource beside the Deployment. @default none */
  readonly redis?: RedisBackupProps;
}

/** An app that writes to its Redis and reads it back, and is Ready once it has. */
export function sampleApp(fleet: Fleet, { name, image, annotation, redis }: SampleApp): void {
  const labels = { 'app.kubernetes.io/name': name };
  const annotations = annotation ? { 'fleetwright.dev/redis-backup': annotation } : undefined;
  new FleetApp(fleet, name, {
    namespace: name,
    placement: {},
    dependsOn: ['fleetwright-operator'],
    define: (chart) => {
      if (redis) new RedisBackup(chart, name, redis);
      new ApiObject(chart, 'deployment', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, annotations },
        spec: {
          ...{ replicas: 1, selector: { matchLabels: labels } },
          template: { metadata: { labels }, spec: pod(name, image) },
        },
      });
    },
  });
}

const SCRIPT = `ask() { valkey-cli -h "$HOST" --user "$USERNAME" --no-auth-warning "$@"; }
until [ "$(ask set greeting hello 2>&1)" = OK ]; do sleep 1; done
[ "$(ask get greeting)" = hello ] && touch /tmp/works
exec sleep 1000000
`;

function pod(name: string, image: string): object {
  const from = (variable: string, key: string) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: `${name}-redis-app`, key } },
  });
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        ...{ name: 'app', image, command: ['/bin/sh', '-c', SCRIPT] },
        env: [
          { name: 'HOST', value: `${name}-redis.${name}.svc` },
          from('USERNAME', 'username'),
          from('REDISCLI_AUTH', 'password'),
        ],
        readinessProbe: { exec: { command: ['test', '-e', '/tmp/works'] }, periodSeconds: 1 },
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
        securityContext: {
          ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  };
}
