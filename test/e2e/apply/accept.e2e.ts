import path from 'node:path';
import type { ApiServer } from '../../stack/api-server';
import { readDist } from '../../stack/dist';
import { startFleet } from '../../stack/fleet';
import type { Kubectl } from '../../stack/kubectl';
import { Stack } from '../../stack/stack';
import { ROOT } from '../../support/folder';
import { describeStack } from '../describe-stack';
import {
  apply,
  complaint,
  describeRefusal,
  foundations,
  refusals,
  revisions,
  storeDefaultStatus,
} from './apply';
import { type KindOfGroup, sample, set } from './samples';

const clusters = readDist(path.join(ROOT, 'dist'));
const manifestsOf = (name: string) => clusters.get(name) ?? [];

describeStack('a real API server', () => {
  let stack: Stack | undefined;
  let servers: ReadonlyMap<string, ApiServer> = new Map();

  beforeAll(async () => {
    stack = await Stack.start();
    servers = await startFleet(stack, clusters);
    for (const [name, { kubectl }] of servers) await apply(kubectl, foundations(manifestsOf(name)));
  });
  afterAll(async () => stack?.stop());

  function kubectlOf(name: string): Kubectl {
    const server = servers.get(name);
    if (!server) throw new Error(`no API server for ${name}`);
    return server.kubectl;
  }

  describe.each([...clusters.keys()])('of %s', (name) => {
    test('takes every manifest without an error or a warning', async () => {
      const refused = await refusals(kubectlOf(name), manifestsOf(name));
      expect(refused.map(describeRefusal)).toEqual([]);
    });

    test('has nothing to change when they are applied again', async () => {
      const kubectl = kubectlOf(name);
      await apply(kubectl, manifestsOf(name));
      await storeDefaultStatus(kubectl, manifestsOf(name));
      const first = await revisions(kubectl, manifestsOf(name));
      expect(first.size).toBe(manifestsOf(name).length);
      await apply(kubectl, manifestsOf(name));
      expect(await revisions(kubectl, manifestsOf(name))).toEqual(first);
    });
  });

  const deployment: KindOfGroup = { group: 'apps', kind: 'Deployment' };
  const mistakes: [string, KindOfGroup, (string | number)[], unknown, RegExp][] = [
    ['a misspelt field', deployment, ['spec', 'replicaz'], 3, /replicaz/],
    [
      'a misspelt field of a custom resource',
      { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' },
      ['spec', 'dependOn'],
      [],
      /dependOn/,
    ],
    ['a wrong type', deployment, ['spec', 'replicas'], 'three', /replicas/],
    [
      'a selector that misses its pods',
      deployment,
      ['spec', 'selector', 'matchLabels'],
      { app: 'nobody' },
      /selector.*does not match template/,
    ],
    [
      'a privileged container',
      deployment,
      ['spec', 'template', 'spec', 'containers', 0, 'securityContext'],
      { privileged: true },
      /would violate PodSecurity "restricted/,
    ],
    [
      'an even number of control plane machines',
      { group: 'controlplane.cluster.x-k8s.io', kind: 'KubeadmControlPlane' },
      ['spec', 'replicas'],
      2,
      /even number/,
    ],
    [
      'what AWS machine templates must not say',
      { group: 'infrastructure.cluster.x-k8s.io', kind: 'AWSMachineTemplate' },
      ['spec', 'template', 'spec', 'providerID'],
      'aws:///eu-west-1a/i-0',
      /providerID: Forbidden: cannot be set in templates/,
    ],
    [
      'an EKS cluster whose network add-on is switched off',
      { group: 'controlplane.cluster.x-k8s.io', kind: 'AWSManagedControlPlane' },
      ['spec', 'vpcCni'],
      { disable: true },
      /cannot disable vpc cni if the vpc-cni addon is specified/,
    ],
    [
      'two limits for an update of a pool that EKS manages',
      { group: 'infrastructure.cluster.x-k8s.io', kind: 'AWSManagedMachinePool' },
      ['spec', 'updateConfig'],
      { maxUnavailable: 1, maxUnavailablePercentage: 50 },
      /cannot specify both maxUnavailable and maxUnavailablePercentage/,
    ],
  ];

  test('takes a control plane that has no taint', async () => {
    const { cluster, object } = sample(clusters, {
      group: 'controlplane.cluster.x-k8s.io',
      kind: 'KubeadmControlPlane',
    });
    for (const phase of ['initConfiguration', 'joinConfiguration'])
      set(object, ['spec', 'kubeadmConfigSpec', phase, 'nodeRegistration', 'taints'], []);
    expect(await complaint(kubectlOf(cluster), object)).toBeUndefined();
  });

  describe('refuses', () => {
    test.each(mistakes)('%s', async (_what, kind, way, value, expected) => {
      const { cluster, object } = sample(clusters, kind);
      const kubectl = kubectlOf(cluster);
      expect(await complaint(kubectl, object)).toBeUndefined();
      set(object, way, value);
      expect(await complaint(kubectl, object)).toMatch(expected);
    });
  });
});
