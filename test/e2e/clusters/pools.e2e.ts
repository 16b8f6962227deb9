import { AwsCluster, type AwsNodePool } from '../../../constructs';
import type { ApiServer } from '../../stack/api-server';
import { startClusterApi } from '../../stack/cluster-api';
import { importedModules } from '../../stack/crds';
import { Stack } from '../../stack/stack';
import { renderCluster } from '../../support/clusters';
import { describeStack } from '../describe-stack';

const POOL = ['machinedeployment', 'prod-workers-a', '--namespace=clusters'];

const render = (pool: Partial<AwsNodePool>) =>
  renderCluster('prod', (fleet) => {
    new AwsCluster(fleet, 'prod', {
      kubernetesVersion: 'v1.36.3',
      networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
      region: 'eu-central-1',
      zones: ['eu-central-1a'],
      controlPlane: { replicas: 3, instanceType: 'm7i.large' },
      pools: [{ name: 'workers', replicas: 5, instanceType: 'm7i.large', ...pool }],
    });
  });

describeStack('the pools of an AwsCluster', () => {
  let stack: Stack | undefined;
  let server: ApiServer;

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('management');
    await startClusterApi(stack, server, await importedModules());
    await server.kubectl.output(['create', 'namespace', 'clusters']);
  });
  afterAll(async () => stack?.stop());

  /** Applies a pool as Flux does, and returns the number of its machines and whether Flux owns that. */
  async function replicas(pool: Partial<AwsNodePool>): Promise<[number, boolean]> {
    const asFlux = ['--server-side', '--field-manager=kustomize-controller', '--force-conflicts'];
    const strict = ['--validate=strict', '--warnings-as-errors', '--filename=-'];
    await server.kubectl.output(['apply', ...asFlux, ...strict], { input: render(pool) });
    const { metadata, spec } = JSON.parse(
      await server.kubectl.output(['get', ...POOL, '--output=json', '--show-managed-fields']),
    ) as { metadata: { managedFields: { manager: string }[] }; spec: { replicas: number } };
    const flux = metadata.managedFields.filter(({ manager }) => manager === 'kustomize-controller');
    return [spec.replicas, JSON.stringify(flux).includes('"f:replicas"')];
  }

  test('are handed to an autoscaler as they are, and taken back', async () => {
    expect(await replicas({})).toEqual([5, true]);
    expect(await replicas({ replicas: { min: 2, max: 9 } })).toEqual([5, false]);
    await server.kubectl.output(['scale', ...POOL, '--replicas=7']);
    expect(await replicas({ replicas: { min: 2, max: 9 } })).toEqual([7, false]);
    expect(await replicas({ replicas: { min: 2, max: 6 } })).toEqual([7, false]);
    expect(await replicas({ replicas: 4 })).toEqual([4, true]);
    expect(await replicas({ replicas: { min: 5, max: 9 } })).toEqual([5, false]);
  });

  test('begin with the fewest of their range', async () => {
    await server.kubectl.output(['delete', ...POOL]);
    expect(await replicas({ replicas: { min: 3, max: 9 } })).toEqual([3, false]);
  });

  test.each<[AwsNodePool['spot'], object]>([
    [true, {}],
    [{ maxPrice: '0.08' }, { maxPrice: '0.08' }],
  ])('may be of spot machines: %j', async (spot, expected) => {
    await replicas({ spot });
    const { items } = JSON.parse(
      await server.kubectl.output(['get', 'awsmachinetemplates', '--namespace=clusters', '--output=json']),
    ) as { items: { spec: { template: { spec: { spotMarketOptions?: object } } } }[] };
    expect(items.map(({ spec }) => spec.template.spec.spotMarketOptions)).toContainEqual(expected);
  });
});
