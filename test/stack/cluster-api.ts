import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { AWS_FEATURE_GATES } from '../../constructs/cluster-api/aws';
import type { ApiServer } from './api-server';
import type { Aws } from './aws';
import { build } from './build';
import { type Crd, importedCrds, installCrds, readCrds } from './crds';
import { readObjects } from './kubernetes-object';
import type { Outside } from './outside';
import { awsProvider, clusterApi, type Part } from './parts';
import type { Stack } from './stack';
import { registerWebhooks } from './webhooks';

/** A label value that no object has: a manager that filters by it reconciles nothing. */
const NOBODY = 'fleetwright-nobody';

/** A manager of Cluster API. */
interface Provider {
  readonly binary: string;
  /** Namespace and name of the ServiceAccount that it acts as. */
  readonly account: readonly [string, string];
  readonly part: Part;
  readonly module: string;
  /** The folder in the module with its CRDs and webhooks. */
  readonly config: string;
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const CORE_FLAGS = [
  '--feature-gates=ClusterTopology=true',
  '--skip-crd-migration-phases=StorageVersionMigration,CleanupManagedFields',
];

/** As a fleet sets them. */
const awsFeatureGates = Object.entries(AWS_FEATURE_GATES)
  .map(([name, isOn]) => `${name}=${isOn}`)
  .join(',');

const providers: readonly Provider[] = [
  {
    binary: 'cluster-api-core',
    account: ['capi-system', 'capi-manager'],
    part: clusterApi,
    module: 'sigs.k8s.io/cluster-api',
    config: 'core/config',
    flags: CORE_FLAGS,
  },
  {
    binary: 'cluster-api-bootstrap',
    account: ['capi-kubeadm-bootstrap-system', 'capi-kubeadm-bootstrap-manager'],
    part: clusterApi,
    module: 'sigs.k8s.io/cluster-api',
    config: 'bootstrap/kubeadm/config',
    flags: CORE_FLAGS,
  },
  {
    binary: 'cluster-api-control-plane',
    account: ['capi-kubeadm-control-plane-system', 'capi-kubeadm-control-plane-manager'],
    part: clusterApi,
    module: 'sigs.k8s.io/cluster-api',
    config: 'controlplane/kubeadm/config',
    flags: CORE_FLAGS,
  },
  {
    binary: 'cluster-api-dev',
    account: ['capd-system', 'capd-manager'],
    part: clusterApi,
    module: 'sigs.k8s.io/cluster-api/test',
    config: 'infrastructure/docker/config',
    flags: CORE_FLAGS,
  },
  {
    binary: 'cluster-api-aws',
    account: ['capa-system', 'capa-controller-manager'],
    part: awsProvider,
    module: 'sigs.k8s.io/cluster-api-provider-aws/v2',
    config: 'config',
    flags: [`--feature-gates=${awsFeatureGates}`, '--wait-infra-period=2s'],
    env: { AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
  },
];

/** More than the managers have in a cluster: there a role for each names what it may do. */
const admins = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'fleetwright-test-cluster-api' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: providers.map(({ account: [namespace, name] }) => ({ kind: 'ServiceAccount', name, namespace })),
};

/** How Cluster API runs. */
export interface ClusterApiOptions {
  /** Whether its controllers act on objects, or only its admission webhooks answer. @default false */
  readonly reconcile?: boolean;
  /** By whose names its controllers find clusters. @default only addresses are */
  readonly outside?: Outside;
  /** What the AWS provider takes for AWS. @default it finds none */
  readonly aws?: Aws;
}

/** Runs Cluster API, its development provider and its AWS provider for a management cluster. */
export async function startClusterApi(
  stack: Stack,
  server: ApiServer,
  modules: ReadonlyMap<string, string>,
  options: ClusterApiOptions = {},
): Promise<void> {
  const folders = new Map<Part, string>();
  for (const part of [clusterApi, awsProvider]) folders.set(part, await build(part));
  const configOf = ({ module, config }: Provider) => path.join(modules.get(module) ?? '', config);
  const ports = new Map<Provider, number>();
  for (const provider of providers) ports.set(provider, await stack.network.port());
  const webhookUrl = (provider: Provider) => `https://${stack.network.host}:${ports.get(provider)}`;

  const crds = providers.flatMap((provider) => providerCrds(configOf(provider), webhookUrl(provider), stack));
  const operator = importedCrds(modules, (module) => module === 'sigs.k8s.io/cluster-api-operator');
  await installCrds(server, [...crds, ...operator]);

  await server.kubectl.output(['create', '-f', '-'], { input: JSON.stringify(admins) });
  const certificates = await webhookCertificates(stack);
  const running = providers.map(async (provider) => {
    const binary = path.join(folders.get(provider.part) ?? '', provider.binary);
    await startManager(stack, server, provider, binary, certificates, ports.get(provider) ?? 0, options);
    const manifests = path.join(configOf(provider), 'webhook', 'manifests.yaml');
    await registerWebhooks(server, provider.binary, manifests, webhookUrl(provider), stack.authority.bundle);
  });
  await Promise.all(running);
}

async function startManager(
  stack: Stack,
  server: ApiServer,
  provider: Provider,
  binary: string,
  certificates: string,
  port: number,
  { reconcile = false, outside, aws }: ClusterApiOptions,
): Promise<void> {
  const { network } = stack;
  const cloud = provider.part === awsProvider ? aws : undefined;
  const command = [
    binary,
    ...provider.flags,
    ...(cloud?.flags ?? []),
    ...(reconcile ? [] : [`--watch-filter=${NOBODY}`]),
    `--webhook-cert-dir=${certificates}`,
    `--webhook-port=${port}`,
    `--health-addr=${network.host}:${await network.port()}`,
    `--diagnostics-address=${network.host}:${await network.port()}`,
    '--insecure-diagnostics',
  ];
  await stack.processes.start({
    name: `${server.name}-${provider.binary}`,
    cluster: server.name,
    command: outside?.naming(command) ?? command,
    env: {
      KUBECONFIG: await server.accountKubeconfig(...provider.account),
      POD_NAMESPACE: 'kube-system',
      POD_NAME: provider.binary,
      POD_UID: provider.binary,
      POD_IP: network.host,
      ...provider.env,
      ...outside?.env,
      ...cloud?.env,
    },
    port,
  });
}

async function webhookCertificates(stack: Stack): Promise<string> {
  const folder = stack.path('webhook-certificates');
  mkdirSync(folder);
  const names = [`IP:${stack.network.host}`];
  const issued = await stack.authority.issue('webhooks', { commonName: 'webhooks', subjectAltNames: names });
  copyFileSync(issued.cert, path.join(folder, 'tls.crt'));
  copyFileSync(issued.key, path.join(folder, 'tls.key'));
  return folder;
}

/** The CRDs of a provider with what its kustomization adds: contract labels and conversion. */
function providerCrds(config: string, url: string, stack: Stack): Crd[] {
  const [kustomization] = readObjects(
    path.join(config, 'crd', 'kustomization.yaml'),
  ) as unknown as CrdKustomization[];
  const labels = Object.assign(
    {},
    kustomization?.commonLabels,
    ...(kustomization?.labels ?? []).map(({ pairs }) => pairs),
  );
  return readCrds(path.join(config, 'crd', 'bases')).map((crd) => ({
    ...crd,
    metadata: { ...crd.metadata, labels: { ...crd.metadata.labels, ...labels } },
    spec: {
      ...crd.spec,
      ...(crd.spec.versions.length > 1 && {
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1', 'v1beta1'],
            clientConfig: { url: `${url}/convert`, caBundle: stack.authority.bundle },
          },
        },
      }),
    },
  }));
}

interface CrdKustomization {
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[];
}
