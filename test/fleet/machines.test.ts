import { addCheck, LocalCluster, type LocalClusterProps } from '../../constructs';
import { emptyFleet, problemsOf } from '../support/fleet';

const props: LocalClusterProps = {
  kubernetesVersion: 'v1.35.4',
  networks: { pods: ['10.240.0.0/16'], services: ['10.241.0.0/20'] },
  controlPlane: { replicas: 3 },
  pools: [{ name: 'workers', replicas: 2 }],
};

/** The problems of the model; what follows from them in the objects is left out. */
function problems(changed: Partial<LocalClusterProps>) {
  const fleet = emptyFleet();
  new LocalCluster(fleet, 'edge', { ...props, ...changed });
  return problemsOf(fleet).filter(({ code }) => !code.startsWith('object-'));
}

const pool = (kubernetesVersion: string) => ({
  pools: [{ name: 'workers', replicas: 2, kubernetesVersion }],
});

describe('the control plane', () => {
  it.each([1, 3, 5, 7])('may have %d machines', (replicas) => {
    expect(problems({ controlPlane: { replicas } })).toEqual([]);
  });

  it.each([
    [2, 'is even: etcd needs a majority'],
    [4, 'is even: etcd needs a majority'],
    [0, 'is even: etcd needs a majority'],
    [9, 'is no size for etcd'],
    [-1, 'is no size for etcd'],
    [1.5, 'is no size for etcd'],
  ])('may not have %d', (replicas, problem) => {
    expect(problems({ controlPlane: { replicas } })).toMatchObject([
      {
        code: 'control-plane-replicas',
        path: 'clusters/edge',
        field: 'controlPlane.replicas',
        value: replicas,
        problem,
      },
    ]);
  });
});

describe("a pool's version", () => {
  it.each(['v1.35.4', 'v1.35.0', 'v1.34.9', 'v1.33.0', 'v1.32.1'])('may be %s below v1.35.4', (version) => {
    expect(problems(pool(version))).toEqual([]);
  });

  it.each([
    [
      'v1.36.0',
      'is newer than the control plane (v1.35.4)',
      'upgrade the control plane first, then the workers',
    ],
    [
      'v1.35.5',
      'is newer than the control plane (v1.35.4)',
      'upgrade the control plane first, then the workers',
    ],
    [
      'v1.31.9',
      'is 4 minors behind the control plane (v1.35.4); a kubelet may be 3',
      'upgrade the pool to v1.32 or newer first',
    ],
  ])('may not be %s', (value, problem, remedy) => {
    expect(problems(pool(value))).toMatchObject([
      { code: 'version-skew', field: 'pools[0].kubernetesVersion', value, problem, remedy },
    ]);
  });

  it.each(['1.35.4', 'v1.35', 'v1.035.1', 'latest', 'v2.0.0'])('must be one: %s', (value) => {
    expect(problems(pool(value))).toMatchObject([
      {
        code: 'version-malformed',
        field: 'pools[0].kubernetesVersion',
        value,
        remedy: 'write it in full, like v1.35.2',
      },
    ]);
  });
});

describe('pools', () => {
  it('have a name each', () => {
    const workers = { name: 'workers', replicas: 1 };
    expect(problems({ pools: [workers, { name: 'other', replicas: 1 }, workers] })).toMatchObject([
      {
        code: 'pool-duplicate',
        field: 'pools[2].name',
        value: 'workers',
        problem: 'is the name of pools[0] too',
      },
    ]);
  });

  it.each([-1, 1.5, Number.NaN])('cannot have %d machines', (replicas) => {
    expect(problems({ pools: [{ name: 'workers', replicas }] })).toMatchObject([
      { code: 'pool-replicas', field: 'pools[0].replicas', value: replicas },
    ]);
  });
});

it('a check that throws is one problem among the others', () => {
  const fleet = emptyFleet();
  const cluster = new LocalCluster(fleet, 'edge', { ...props, controlPlane: { replicas: 2 } });
  addCheck(cluster, () => {
    throw new TypeError('cannot look');
  });
  expect(problemsOf(fleet).map(({ code }) => code)).toEqual(['control-plane-replicas', 'check-failed']);
});

describe("a cluster's labels", () => {
  it('may not say another name or provider', () => {
    expect(problems({ labels: { name: 'prod', provider: 'aws', env: 'lab' } })).toEqual([
      {
        code: 'label-fixed',
        path: 'clusters/edge',
        field: 'labels.name',
        value: 'prod',
        problem: 'is a label that every cluster has; here it is edge',
        remedy: 'remove it, or use another key',
      },
      expect.objectContaining({ code: 'label-fixed', field: 'labels.provider', value: 'aws' }),
    ]);
  });

  it('are selected by the name that the cluster has, whatever is written', () => {
    const cluster = new LocalCluster(emptyFleet(), 'edge', { ...props, labels: { name: 'prod' } });
    expect(cluster.labels).toEqual({ name: 'edge', provider: 'local' });
  });

  it('may repeat them', () => {
    expect(problems({ labels: { name: 'edge', provider: 'local' } })).toEqual([]);
  });
});
