import { readFileSync } from 'node:fs';
import type { ApiServer } from '../api-server';
import { waitForCrds } from '../crds';
import { CONTROLLERS, type Controller } from '../flux';
import { fluxManifests } from '../flux-manifests';
import { type KubernetesObject, listOf } from '../kubernetes-object';
import type { Outside } from '../outside';
import { binaryImage, type Image } from './images';
import type { Node } from './node';

interface Deployment extends KubernetesObject {
  spec: {
    replicas: number;
    template: {
      spec: {
        containers: {
          image: string;
          args: string[];
          env: { name: string; value?: string }[];
          volumeMounts: object[];
        }[];
        volumes: object[];
      };
    };
  };
}

const AUTHORITY = 'outside-authority';

/**
 * Installs Flux on a cluster that has a node, from the manifests of its release, and waits until its pods are Ready.
 * They trust the sites of the outside, as a company's own authority is trusted.
 *
 * @param controllers those that have a pod; notification-controller, which nothing here needs, has none
 */
export async function startFluxPods(
  node: Node,
  { kubectl }: ApiServer,
  modules: ReadonlyMap<string, string>,
  outside: Outside,
  controllers: readonly Controller[] = Object.keys(CONTROLLERS) as Controller[],
): Promise<void> {
  const runs = ({ kind, metadata }: KubernetesObject) =>
    kind === 'Deployment' && controllers.includes(metadata.name as Controller);
  const manifests = (await fluxManifests(modules)).map((object) => {
    if (object.kind !== 'Deployment') return object;
    return runs(object) ? fitted(object as Deployment) : without(object as Deployment);
  });
  await node.load(manifests.filter(runs).map((object) => imageOf(object as Deployment)));
  const apply = (objects: readonly object[]) =>
    kubectl.output(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: listOf(objects) });
  const isCrd = ({ kind }: KubernetesObject) => kind === 'CustomResourceDefinition';
  await apply(manifests.filter(isCrd));
  await waitForCrds({ kubectl });
  await apply([...manifests.filter((object) => !isCrd(object)), authority(outside)]);
  for (const name of controllers) {
    const status = ['rollout', 'status', `deployment/${name}`, '--namespace=flux-system', '--timeout=180s'];
    await kubectl.output(status);
  }
}

/** The image that a controller's Deployment names, made of what is built for the stack. */
function imageOf({ metadata, spec }: Deployment): Image {
  const { part } = CONTROLLERS[metadata.name as Controller];
  return binaryImage(spec.template.spec.containers[0]?.image ?? '', part, metadata.name);
}

/** A controller with the flags that a fleet's clusters and their tests have. */
function fitted(deployment: Deployment): Deployment {
  const { metadata, spec } = deployment;
  const { flags } = CONTROLLERS[metadata.name as Controller];
  const pod = spec.template.spec;
  const containers = pod.containers.map((container) => ({
    ...container,
    args: [...container.args.filter((arg) => !arg.startsWith('--events-addr=')), ...flags],
    env: [...container.env, { name: 'SSL_CERT_FILE', value: '/etc/outside/ca.crt' }],
    volumeMounts: [...container.volumeMounts, { name: AUTHORITY, mountPath: '/etc/outside' }],
  }));
  const volumes = [...pod.volumes, { name: AUTHORITY, configMap: { name: AUTHORITY } }];
  return {
    ...deployment,
    spec: { ...spec, template: { ...spec.template, spec: { ...pod, containers, volumes } } },
  };
}

function without(deployment: Deployment): Deployment {
  return { ...deployment, spec: { ...deployment.spec, replicas: 0 } };
}

function authority(outside: Outside): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: AUTHORITY, namespace: 'flux-system' },
    data: { 'ca.crt': readFileSync(outside.authority, 'utf8') },
  };
}
