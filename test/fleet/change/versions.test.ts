import { aws, filesOf, local, made, neverRan, object, texts } from './fleets';

const at = (kubernetesVersion: string) => filesOf(local({ kubernetesVersion }));

describe('an upgrade', () => {
  it('goes one minor up, or to any later patch, with its pools at once: Cluster API makes them wait', () => {
    expect(texts(at('v1.34.2'), at('v1.35.4'))).toEqual([]);
    expect(texts(at('v1.35.4'), at('v1.35.9'))).toEqual([]);
    expect(texts(filesOf(aws({ kubernetesVersion: 'v1.34.2' })), filesOf(aws()))).toEqual([]);
  });

  it('may take a patch back, and pools', () => {
    expect(texts(at('v1.35.4'), at('v1.35.2'))).toEqual([]);
    const pools = [{ name: 'workers', replicas: 2, kubernetesVersion: 'v1.34.2' }];
    expect(texts(at('v1.35.4'), filesOf(local({ pools })))).toEqual([]);
  });

  it('says the path when it jumps', () => {
    expect(texts(at('v1.32.4'), at('v1.35.4'))).toEqual([
      `clusters/dev [version-jump]
  kubernetesVersion is "v1.35.4": is 3 minors above v1.32.4: a control plane goes up one at a time
  remedy: v1.33.x, v1.34.x, v1.35.4: one pull request each, when the one before is done (docs/upgrades.md)${neverRan('dev')}`,
    ]);
  });

  it('takes no cloud controller manager along that is newer than the control plane still is', () => {
    const before = filesOf(aws({ kubernetesVersion: 'v1.34.2' }));
    const pinned = (image: string) => filesOf(aws({ versions: { cloudControllerManagerImage: image } }));
    expect(texts(before, pinned('v1.34.3'))).toEqual([]);
    expect(texts(before, pinned('v1.35.2'))).toEqual([
      `clusters/prod [version-skew]
  versions.cloudControllerManagerImage is "v1.35.2": is above v1.34.2, which the control plane still has when this is applied
  remedy: pin one of v1.34, or none, until the control plane is done`,
    ]);
    expect(texts(filesOf(aws()), pinned('v1.35.2'))).toEqual([]);
  });

  it('never goes back a minor', () => {
    expect(texts(at('v1.35.4'), at('v1.34.9'))).toEqual([
      `clusters/dev [version-downgrade]
  kubernetesVersion is "v1.34.9": is below v1.35.4: a control plane cannot go back, since etcd holds what the older one cannot read
  remedy: write v1.35.4 again, or a later patch of it${neverRan('dev')}`,
    ]);
  });
});

describe('an upgrade of EKS', () => {
  const eks = (version: string | undefined, ...pools: (string | undefined)[]) =>
    made('us', [
      object('', 'Cluster', 'us', { controlPlaneRef: { kind: 'AWSManagedControlPlane' } }),
      object('controlplane', 'AWSManagedControlPlane', 'us-control-plane', { version }),
      ...pools.map((own, i) =>
        object('', 'MachinePool', `us-pool-${i}`, { template: { spec: { version: own } } }),
      ),
    ]);

  it('takes its managed pools along in a second step only: nothing makes them wait', () => {
    expect(texts(eks('v1.34.2', 'v1.34.2'), eks('v1.35.4', 'v1.35.4'))).toEqual([
      `clusters/us [workers-first]
  pools["pool-0"].kubernetesVersion is "v1.35.4": is above v1.34.2, which the control plane still has when this is applied: nothing makes a managed pool wait
  remedy: upgrade in two steps: set the pool's kubernetesVersion: 'v1.34.2' in this change, and take it out when the control plane is done (docs/upgrades.md)${neverRan('us')}`,
    ]);
    expect(texts(eks('v1.34.2', 'v1.34.2'), eks('v1.35.4', 'v1.34.2'))).toEqual([]);
    expect(texts(eks('v1.35.4', 'v1.34.2'), eks('v1.35.4', 'v1.35.4'))).toEqual([]);
    expect(texts(eks('v1.34.2'), eks('v1.35.4', 'v1.35.4'))).toHaveLength(1);
  });

  it('is told in minors alone where the cluster is', () => {
    const [problem] = texts(eks('v1.34', 'v1.34.0'), eks('v1.35', 'v1.35.0'));
    expect(problem).toContain('pools["pool-0"].kubernetesVersion is "v1.35": is above v1.34, which');
    expect(problem).toContain("set the pool's kubernetesVersion: 'v1.34' in this change");
    expect(texts(eks('v1.33'), eks('v1.35'))).toEqual([
      expect.stringContaining('remedy: v1.34, v1.35: one pull'),
    ]);
  });

  it('takes no managed pool back: EKS cannot', () => {
    expect(texts(eks('v1.35.4', 'v1.35.4'), eks('v1.35.4', 'v1.34.2'))).toEqual([
      `clusters/us [version-downgrade]
  pools["pool-0"].kubernetesVersion is "v1.34.2": is below v1.35.4: EKS takes no managed pool back, and the provider does not try
  remedy: undo it, add a pool of another name that is as you want it, and remove this one in two steps (docs/protection.md)${neverRan('us')}`,
    ]);
  });

  it('is not judged without versions, or with such as nobody knows', () => {
    expect(texts(eks(undefined, 'v1.35.4'), eks('v1.35.4', 'v1.35.4'))).toEqual([]);
    expect(texts(eks('1.34', undefined), eks('1.35', undefined))).toEqual([]);
    expect(texts(eks('latest'), eks('v1.35.4'))).toEqual([]);
    expect(texts(eks('1.33'), eks('v1.35'))).toHaveLength(1);
  });
});
