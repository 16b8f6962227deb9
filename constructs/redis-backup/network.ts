import type { NetworkPolicy, NetworkPolicySpec } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import { metadataOf, ROLE, type Role, roleLabels, type SettledBundle } from './bundle';
import { EVERYWHERE, s3PortOf } from './platform';
import { typed } from './typed';

type Egress = NonNullable<Plain<NetworkPolicySpec>['egress']>[number];

const REDIS_PORT = { port: 6379, protocol: 'TCP' };
const METRICS_PORT = { port: 9121, protocol: 'TCP' };

/** Name resolution, in the namespace where every distribution runs it. */
export const TO_DNS: Egress = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/**
 * From any pod to the servers of bundles in its namespace, which decide themselves whom they let in: for the
 * policy of a namespace that denies by default.
 */
export const TO_SERVERS: Egress = {
  to: [{ podSelector: { matchLabels: { [ROLE]: 'server' } } }],
  ports: [REDIS_PORT],
};

/**
 * Who may talk to whom in the app's namespace. There is no policy for the clients' way out: it would isolate
 * them from everything else where the namespace does not deny by default. Where it does, the policy that
 * denies also lets them out to servers; see `TO_SERVERS`.
 */
export function networkPolicies(bundle: SettledBundle): Manifest[] {
  const { names, platform } = bundle;
  const server = { podSelector: { matchLabels: roleLabels(bundle, 'server') } };
  const backup = { podSelector: { matchLabels: roleLabels(bundle, 'backup') } };
  const toServer: Egress = { to: [server], ports: [REDIS_PORT] };
  const { monitoringNamespace } = platform;
  const fromMonitoring = {
    from: [
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': monitoringNamespace ?? '' } } },
    ],
    ports: [METRICS_PORT],
  };
  return [
    policy(bundle, names.server, {
      ...server,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ podSelector: clientsOf(bundle) }, backup], ports: [REDIS_PORT] },
        ...(monitoringNamespace ? [fromMonitoring] : []),
      ],
    }),
    policy(bundle, names.backup, jobPolicy(bundle, 'backup', [toServer])),
    policy(bundle, names.restoreTest, jobPolicy(bundle, 'restore-test', [])),
  ];
}

/** The pods that may connect: never one with a role of its own, since a restore test loads foreign data. */
function clientsOf({ spec }: SettledBundle): Plain<NetworkPolicySpec>['podSelector'] {
  return {
    // The API server would store an empty `matchLabels` as none, and every apply would differ again.
    ...(Object.keys(spec.clients).length > 0 ? { matchLabels: spec.clients } : {}),
    matchExpressions: [{ key: ROLE, operator: 'DoesNotExist' }],
  };
}

/** What lets a bucket job reach S3 from the platform's namespace. */
export function bucketPolicy(bundle: SettledBundle, name: string): Manifest {
  return policy(bundle, name, jobPolicy(bundle, 'bucket', []), bundle.system);
}

/** The way to S3. Addresses of a cloud's S3 change too often for a list: without one, any address. */
export function toS3({ platform }: Pick<SettledBundle, 'platform'>): Egress {
  return {
    to: (platform.s3Cidrs ?? EVERYWHERE).map((cidr) => ({ ipBlock: { cidr } })),
    ports: [{ port: s3PortOf(platform), protocol: 'TCP' }],
  };
}

function jobPolicy(bundle: SettledBundle, role: Role, more: readonly Egress[]): Plain<NetworkPolicySpec> {
  return {
    podSelector: { matchLabels: roleLabels(bundle, role) },
    policyTypes: ['Ingress', 'Egress'],
    egress: [TO_DNS, ...more, toS3(bundle)],
  };
}

function policy(
  bundle: SettledBundle,
  name: string,
  spec: Plain<NetworkPolicySpec>,
  namespace?: string,
): Manifest {
  return typed<NetworkPolicy>({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(bundle, name, namespace),
    spec,
  });
}
