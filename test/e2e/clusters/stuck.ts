import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../support/folder';

/** A sync that gets stuck, and what docs/day-2.md has it say. */
export interface Stuck {
  /** As in the first column of the table there; `...` stands for anything. */
  readonly says: string;
  /** What its folder holds. @default a ConfigMap */
  readonly objects?: readonly object[];
  /** What its spec has beside a source, a path and an interval. */
  readonly spec?: object;
}

const deployment = (selector: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'stuck', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: selector } },
    template: {
      metadata: { labels: { app: selector } },
      spec: { containers: [{ name: 'main', image: 'example.com/main:v1' }] },
    },
  },
});

const service = (port: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'stuck', namespace: 'default' },
  spec: { selector: { app: 'stuck' }, ports: [{ name: 'http', port }] },
});

/** What a person made before git had it, with a selector and a port of its own. */
export const THERE_ALREADY: readonly object[] = [deployment('old'), service(81)];

const kubeConfig = (name: string) => ({ kubeConfig: { secretRef: { name } } });

/** By name; the Secret `lost-kubeconfig` leads to a port at which nobody answers. */
export const STUCK: Readonly<Record<string, Stuck>> = {
  unfetched: {
    says: 'Source artifact not found, retrying in ...',
    spec: { sourceRef: { kind: 'GitRepository', name: 'nothing' } },
  },
  moved: { says: 'kustomization path not found: ...', spec: { path: './stuck/nowhere' } },
  waiting: { says: "dependency '...' is not ready", spec: { dependsOn: [{ name: 'moved' }] } },
  unhealthy: {
    says: 'health check failed after ...: timeout waiting for: [...]',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'stuck', namespace: 'default' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
    // Long enough to be read before it is tried again.
    spec: { wait: true, timeout: '10s', retryInterval: '1m' },
  },
  changed: { says: '... dry-run failed (Invalid): ... field is immutable', objects: [deployment('new')] },
  doubled: { says: '... dry-run failed (Invalid): ... Duplicate value: ...', objects: [service(80)] },
  locked: {
    says: 'decryption failed for ...: ... cannot get sops data key: ...',
    spec: { decryption: { provider: 'sops', secretRef: { name: 'fleet-age' } } },
  },
  unmade: {
    says: "unable to read KubeConfig secret '...' error: ...",
    spec: kubeConfig('nobody-kubeconfig'),
  },
  lost: { says: '... connection refused', spec: kubeConfig('lost-kubeconfig') },
};

/** Writes what the stuck syncs read into a work tree. */
export function writeStuck(folder: string): void {
  for (const [name, { objects = [configMap(name)] }] of Object.entries({
    ...STUCK,
    'prod-eu-old': {} as Stuck,
  })) {
    const target = path.join(folder, 'stuck', name);
    mkdirSync(target, { recursive: true });
    for (const [i, object] of objects.entries()) {
      writeFileSync(path.join(target, `${i}.yaml`), JSON.stringify(object));
    }
  }
}

const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `stuck-${name}`, namespace: 'default' },
});

/** A source without a sparse checkout, one of a repository that is not there, and a sync for each folder. */
export function stuckObjects(): object[] {
  const syncs = Object.entries(STUCK).map(([name, { spec }]) => syncFor(name, spec));
  return [sourceOf('stuck', 'fleet'), sourceOf('nothing', 'nothing'), ...syncs];
}

const sourceOf = (name: string, repository: string) => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name, namespace: 'clusters' },
  spec: { url: `https://git.example.com/${repository}.git`, ref: { branch: 'main' }, interval: '10s' },
});

/** A sync of one of the folders. */
export function syncFor(name: string, spec: object = {}): object {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'clusters' },
    spec: {
      sourceRef: { kind: 'GitRepository', name: 'stuck' },
      ...{ path: `./stuck/${name}`, prune: true, interval: '10m', retryInterval: '2s', ...spec },
    },
  };
}

/** What docs/day-2.md has a stuck sync say, as a pattern; it must be in its table. */
export function patternOf(says: string): RegExp {
  const page = readFileSync(path.join(ROOT, 'docs/day-2.md'), 'utf8');
  if (!page.includes(`\`${says}\``)) throw new Error(`docs/day-2.md does not say ${says}`);
  const parts = says.split('...').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]*'));
}
