import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import {
  AddOn,
  ExistingCluster,
  Fleet,
  FleetOperator,
  FleetOperatorCrds,
  type RedisPlatform,
} from '../../constructs';
import { writeContext } from '../../scripts/programs/programs';
import type { ApiServer } from './api-server';
import { importedModules, waitForCrds } from './crds';
import { type Engine, startEngine } from './engine';
import { installFluxCrds } from './flux';
import { type KubernetesObject, listOf } from './kubernetes-object';
import { credentialsFile, type S3Account } from './s3-accounts';
import type { Stack } from './stack';

/** The operator's namespace. */
export const SYSTEM = 'fleetwright-system';

const OPERATOR = 'fleetwright-operator';

/** The settings of an operator of a stack. */
export interface OperatorSettings {
  readonly platform: RedisPlatform;
  /** As whom it acts on S3, where the platform names a Secret. */
  readonly account: S3Account;
  /** The hooks that a process beside a cluster runs, by their programs' names. @default all */
  readonly hooks?: readonly string[];
}

interface OperatorDeployment extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly env: readonly { name: string; value: string }[] }[];
      };
    };
  };
}

/** Puts the operator on a cluster that has a node and the image, and waits until its pod is Ready. */
export async function startOperator(server: ApiServer, settings: OperatorSettings): Promise<void> {
  await apply(server, await prepare(server, settings));
  const rollout = ['rollout', 'status', `deployment/${OPERATOR}`, `--namespace=${SYSTEM}`];
  await server.kubectl.output([...rollout, '--timeout=180s']);
}

/**
 * Runs the operator of a cluster without a node: the engine and the hooks are processes beside it, with the
 * account, the environment and the settings that the pod has.
 */
export async function startOperatorProcess(
  stack: Stack,
  server: ApiServer,
  settings: OperatorSettings,
): Promise<Engine> {
  const objects = await prepare(server, settings);
  const isPod = ({ kind }: KubernetesObject) => kind === 'Deployment';
  await apply(
    server,
    objects.filter((object) => !isPod(object)),
  );
  const pod = (objects.find(isPod) as OperatorDeployment).spec.template.spec.containers[0];
  const name = `${server.name}-operator`;
  const folder = stack.path(name);
  const context = path.join(folder, 'image');
  mkdirSync(folder, { recursive: true });
  const programs = await writeContext(context);
  const hooks = path.join(context, 'hooks');
  for (const file of programs.map((each) => path.join(context, each.file))) {
    if (settings.hooks && !settings.hooks.includes(path.basename(file, '.js'))) rmSync(file);
  }
  return startEngine(stack, server, {
    ...{ name, hooks, account: { namespace: SYSTEM, name: OPERATOR } },
    env: {
      ...Object.fromEntries((pod?.env ?? []).map((each) => [each.name, each.value])),
      ...files(settings, folder),
    },
  });
}

/** What the pod has as files. */
function files({ platform, account }: OperatorSettings, folder: string): Record<string, string> {
  const write = (name: string, text: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    FLEETWRIGHT_PLATFORM: write('platform.json', JSON.stringify(platform)),
    AWS_SHARED_CREDENTIALS_FILE: write('credentials', credentialsFile(account)),
  };
}

/** Installs what the operator's objects need, and returns these. */
async function prepare(
  server: ApiServer,
  { platform, account }: OperatorSettings,
): Promise<KubernetesObject[]> {
  const files = render(server.name, platform);
  const { kubectl } = server;
  if (!(await kubectl.output(['get', 'crd', 'helmcharts.source.toolkit.fluxcd.io', '--ignore-not-found']))) {
    await installFluxCrds(server, await importedModules());
  }
  const flux = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } };
  await apply(server, [...files.crds, flux, ...files.namespaces]);
  await waitForCrds(server);
  const { operator } = platform.s3;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'secretName' in operator ? operator.secretName : 's3-operator', namespace: SYSTEM },
    stringData: { credentials: credentialsFile(account) },
  };
  return [secret, ...files.operator];
}

/** What a fleet of one cluster with the operator renders. */
function render(
  cluster: string,
  platform: RedisPlatform,
): Record<'namespaces' | 'crds' | 'operator', KubernetesObject[]> {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
  new ExistingCluster(fleet, cluster, { kubernetesVersion: 'v1.36.3', management: true });
  const everywhere = { namespace: SYSTEM, placement: {} };
  new AddOn(fleet, 'crds', {
    ...{ ...everywhere, layer: 'crds' },
    define: (chart) => void new FleetOperatorCrds(chart, 'crds'),
  });
  new AddOn(fleet, 'operator', {
    ...{ ...everywhere, layer: 'controllers', dependsOn: ['crds'] },
    define: (chart) => void new FleetOperator(chart, 'operator', { platform }),
  });
  const { files } = fleet.compile();
  const objects = (file: string) => loadAll(files.get(`${cluster}/${file}`) ?? '') as KubernetesObject[];
  return {
    namespaces: objects('namespaces.yaml'),
    crds: objects('crds/crds/crds.yaml'),
    operator: objects('controllers/operator/operator.yaml'),
  };
}

async function apply({ kubectl }: ApiServer, objects: readonly object[]): Promise<void> {
  await kubectl.output(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    input: listOf(objects),
  });
}
