import type { Manifest } from '../../../constructs/emit/manifest';
import type { ApiServer } from '../../stack/api-server';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';

/** A platform whose S3 server no one answers for: for hooks that don't talk to it. */
export const platform = {
  s3: {
    ...{ endpoint: 'https://s3.example.com', region: 'eu-west-1', bucketPrefix: 'e2e' },
    operator: { secretName: 's3-operator' },
  },
};
export const account = { accessKey: 'none', secretKey: 'none' };

type Annotations = Readonly<Record<string, string>>;

/** A workload without pods. */
export function workload(kind: string, namespace: string, name: string, annotations?: Annotations): Manifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, annotations },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: 0 }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } },
    },
  };
}

/** What a test does on a cluster. */
export class Cluster {
  constructor(readonly server: ApiServer) {}

  /** Applies objects as Flux does. */
  async apply(...objects: readonly object[]): Promise<void> {
    const args = ['apply', '--server-side', '--field-manager=kustomize-controller', '--filename=-'];
    await this.server.kubectl.output(args, { input: listOf(objects) });
  }

  async namespace(name: string): Promise<void> {
    await this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  /** An object, or undefined when there is none. */
  async get<T extends KubernetesObject>(
    kind: string,
    namespace: string,
    name: string,
  ): Promise<T | undefined> {
    const args = ['get', kind, name, `--namespace=${namespace}`, '--output=json', '--ignore-not-found'];
    const text = await this.server.kubectl.output(args);
    return text ? (JSON.parse(text) as T) : undefined;
  }

  async patch(kind: string, namespace: string, name: string, patch: object): Promise<void> {
    const args = ['patch', kind, name, `--namespace=${namespace}`, '--type=merge'];
    await this.server.kubectl.output([...args, `--patch=${JSON.stringify(patch)}`]);
  }

  async delete(kind: string, namespace: string, name: string, ...more: string[]): Promise<void> {
    await this.server.kubectl.output(['delete', kind, name, `--namespace=${namespace}`, ...more]);
  }

  /** The notes on an object: `Type Reason: text`. */
  async events(namespace: string, name: string): Promise<string[]> {
    const args = ['get', 'events.events.k8s.io', `--namespace=${namespace}`, '--output=json'];
    const { items } = JSON.parse(await this.server.kubectl.output(args)) as { items: Event[] };
    return items
      .filter(({ regarding }) => regarding?.name === name)
      .map(({ type, reason, note }) => `${type} ${reason}: ${note}`);
  }
}

interface Event {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly regarding?: { readonly name?: string };
}
