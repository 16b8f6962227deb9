import type { ApiServer } from './api-server';
import { type KubernetesObject, listOf, readObjects } from './kubernetes-object';

interface Webhook {
  readonly clientConfig: { readonly service: { readonly path: string } };
}

/** Registers the admission webhooks of a manager that runs outside the cluster, at a URL of its own. */
export async function registerWebhooks(
  { kubectl }: ApiServer,
  owner: string,
  manifests: string,
  url: string,
  caBundle: string,
): Promise<void> {
  const configurations = readObjects(manifests).map((configuration: KubernetesObject) => ({
    ...configuration,
    metadata: { ...configuration.metadata, name: `${owner}-${configuration.metadata.name}` },
    webhooks: (configuration.webhooks as Webhook[]).map((webhook) => ({
      ...webhook,
      clientConfig: { url: url + webhook.clientConfig.service.path, caBundle },
    })),
  }));
  // Not judged by kubectl, which would read all that the server says of its kinds: that takes long with so many.
  await kubectl.output(['create', '--validate=false', '-f', '-'], { input: listOf(configurations) });
}
