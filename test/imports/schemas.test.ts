import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { Schema } from '../../scripts/import/schema';

const folder = join(__dirname, '../../imports/schemas');
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const builtIn = (minor: string): { kinds: Record<string, string>; definitions: Record<string, Schema> } =>
  read(`kubernetes-${minor}.json`);
const customFiles = readdirSync(folder).filter((name) => !name.startsWith('kubernetes-'));
const custom: Record<string, Schema> = Object.assign({}, ...customFiles.map(read));

const ajv = new Ajv({ strictTypes: false });
function validator(gvk: string, minor = '1.36'): ValidateFunction {
  const own = custom[gvk];
  if (own) return ajv.compile(own);
  const { kinds, definitions } = builtIn(minor);
  if (!ajv.getSchema(minor)) ajv.addSchema({ definitions }, minor);
  return ajv.compile({ $ref: `${minor}#/definitions/${kinds[gvk]}` });
}

/** Every schema below one, by the keywords under which a schema stands (not by the names of properties). */
function* schemasIn(schema: Schema): Generator<Schema> {
  yield schema;
  const { properties = {}, items, additionalProperties, not, allOf = [], anyOf = [], oneOf = [] } = schema;
  for (const below of [
    ...Object.values(properties),
    items,
    additionalProperties,
    not,
    ...allOf,
    ...anyOf,
    ...oneOf,
  ]) {
    if (typeof below === 'object') yield* schemasIn(below);
  }
}

describe('schemas of custom kinds', () => {
  const at = (apiVersion: string, ...kinds: string[]) => kinds.map((kind) => `${apiVersion}/${kind}`);
  it.each([
    ...at(
      'source.toolkit.fluxcd.io/v1',
      'Bucket',
      'ExternalArtifact',
      'GitRepository',
      'HelmChart',
      'HelmRepository',
    ),
    ...at('source.toolkit.fluxcd.io/v1', 'OCIRepository'),
    ...at('kustomize.toolkit.fluxcd.io/v1', 'Kustomization'),
    ...at('helm.toolkit.fluxcd.io/v2', 'HelmRelease'),
    ...at('notification.toolkit.fluxcd.io/v1', 'Receiver'),
    ...at('notification.toolkit.fluxcd.io/v1beta3', 'Alert', 'Provider'),
    ...at(
      'cluster.x-k8s.io/v1beta2',
      'Cluster',
      'ClusterClass',
      'MachineDeployment',
      'MachineHealthCheck',
      'MachinePool',
    ),
    ...at('controlplane.cluster.x-k8s.io/v1beta2', 'AWSManagedControlPlane', 'KubeadmControlPlane'),
    ...at(
      'bootstrap.cluster.x-k8s.io/v1beta2',
      'EKSConfigTemplate',
      'KubeadmConfigTemplate',
      'NodeadmConfigTemplate',
    ),
    ...at('addons.cluster.x-k8s.io/v1beta2', 'ClusterResourceSet'),
    ...at(
      'infrastructure.cluster.x-k8s.io/v1beta2',
      'AWSCluster',
      'AWSClusterControllerIdentity',
      'AWSMachinePool',
    ),
    ...at(
      'infrastructure.cluster.x-k8s.io/v1beta2',
      'AWSMachineTemplate',
      'AWSManagedCluster',
      'AWSManagedMachinePool',
    ),
    ...at(
      'infrastructure.cluster.x-k8s.io/v1beta2',
      'DevCluster',
      'DevClusterTemplate',
      'DevMachine',
      'DevMachineTemplate',
    ),
    ...at('operator.cluster.x-k8s.io/v1alpha2', 'BootstrapProvider', 'ControlPlaneProvider', 'CoreProvider'),
    ...at('operator.cluster.x-k8s.io/v1alpha2', 'InfrastructureProvider'),
    ...at('monitoring.coreos.com/v1', 'PodMonitor', 'PrometheusRule', 'ServiceMonitor'),
  ])('have %s', (gvk) => {
    expect(Object.keys(custom)).toContain(gvk);
  });

  it('have one version of each kind, and no ROSA or Docker kind', () => {
    const kinds = Object.keys(custom).map((gvk) => gvk.replace(/\/.*\//, '/'));
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(kinds.filter((kind) => /\/(ROSA|Docker)/i.test(kind))).toEqual([]);
  });

  it('have no prose and no Kubernetes keyword', () => {
    const keywords = new Set(
      Object.values(custom).flatMap((schema) => [...schemasIn(schema)].flatMap(Object.keys)),
    );
    expect(
      [...keywords].filter((keyword) => /^(description|title|default|example|\$comment|x-)/.test(keyword)),
    ).toEqual([]);
  });

  it('judge a Kustomization', () => {
    const validate = validator('kustomize.toolkit.fluxcd.io/v1/Kustomization');
    const sync = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'apps', namespace: 'flux-system', labels: { a: 'b' } },
      spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
    };
    expect(validate(sync)).toBe(true);
    expect(validate({ ...sync, spec: { ...sync.spec, intervall: '10m' } })).toBe(false);
    expect(validate({ ...sync, spec: { ...sync.spec, interval: 'soon' } })).toBe(false);
    expect(validate({ ...sync, spec: { interval: '10m', prune: true } })).toBe(false);
    expect(validate({ ...sync, metadata: { name: 'apps', lables: {} } })).toBe(false);
    expect(validate({ ...sync, apiVersion: 'kustomize.toolkit.fluxcd.io/v1beta2' })).toBe(false);
  });

  it('know the references of v1beta2', () => {
    const validate = validator('cluster.x-k8s.io/v1beta2/Cluster');
    const cluster = (controlPlaneRef: object) => ({
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: { name: 'a' },
      spec: { controlPlaneRef },
    });
    const name = { kind: 'KubeadmControlPlane', name: 'a' };
    expect(validate(cluster({ apiGroup: 'controlplane.cluster.x-k8s.io', ...name }))).toBe(true);
    expect(validate(cluster({ apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2', ...name }))).toBe(false);
  });

  it('take any values of a HelmRelease', () => {
    const validate = validator('helm.toolkit.fluxcd.io/v2/HelmRelease');
    const metadata = { name: 'a' };
    const spec = {
      interval: '1h',
      chartRef: { kind: 'HelmChart', name: 'a' },
      values: { any: { thing: [1] } },
    };
    expect(validate({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata, spec })).toBe(
      true,
    );
  });
});

describe.each(['1.35', '1.36'])('schemas of Kubernetes %s', (minor) => {
  const { kinds, definitions } = builtIn(minor);

  it('have the stable kinds that can be applied', () => {
    for (const gvk of [
      'v1/Secret',
      'apps/v1/Deployment',
      'batch/v1/CronJob',
      'policy/v1/PodDisruptionBudget',
    ]) {
      expect(kinds[gvk]).toBeDefined();
    }
    expect(
      Object.keys(kinds).filter((gvk) => /alpha|beta|List$|Options$|Review$|v1\/(Binding|Status)$/.test(gvk)),
    ).toEqual([]);
  });

  it('have no prose', () => {
    const keywords = new Set(
      Object.values(definitions).flatMap((schema) => [...schemasIn(schema)].flatMap(Object.keys)),
    );
    expect(
      [...keywords].filter((keyword) => /^(description|title|default|example|\$comment|x-)/.test(keyword)),
    ).toEqual([]);
  });

  it('judge a Deployment', () => {
    const validate = validator('apps/v1/Deployment', minor);
    const deployment = (container: object) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', creationTimestamp: null },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', ...container }] } },
      },
    });
    expect(validate(deployment({ image: 'a' }))).toBe(true);
    expect(validate(deployment({ resources: { limits: { cpu: 1, memory: '1.5Gi' } } }))).toBe(true);
    expect(validate(deployment({ resources: { limits: { memory: '1 GB' } } }))).toBe(false);
    expect(validate(deployment({ imagePullpolicy: 'Always' }))).toBe(false);
    expect(validate(deployment({ ports: [{ containerPort: '80' }] }))).toBe(false);
  });

  it('judge the schema inside a CRD', () => {
    const validate = validator('apiextensions.k8s.io/v1/CustomResourceDefinition', minor);
    const crd = (size: object) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'boxes.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Box', plural: 'boxes' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', additionalProperties: size } },
          },
        ],
      },
    });
    expect(
      validate(crd({ type: 'array', items: { type: 'integer', 'x-kubernetes-int-or-string': true } })),
    ).toBe(true);
    expect(validate(crd({ type: 'array', items: { typ: 'integer' } }))).toBe(false);
  });
});
