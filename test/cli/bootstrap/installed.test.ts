import { judgeInstalled } from '../../../cli/bootstrap/installed';
import type { Manifest } from '../../../constructs/emit/manifest';

const NAMES = ['source-controller', 'kustomize-controller', 'helm-controller'];
const LOCK = '--no-cross-namespace-refs=true';

const deployments = (version: string, args: readonly string[] = [LOCK], labels = {}): Manifest[] =>
  NAMES.map((name) => ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name, namespace: 'flux-system', labels: { 'app.kubernetes.io/version': version, ...labels } },
    spec: { template: { spec: { containers: [{ args }] } } },
  }));
const judge = (live: readonly Manifest[], isGiven = false) =>
  judgeInstalled({ from: 'flux.yaml', version: 'v2.10.0', objects: deployments('v2.10.0') }, live, isGiven);
const SYNC = {
  'kustomize.toolkit.fluxcd.io/name': 'flux-system',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const OPERATOR = { 'app.kubernetes.io/managed-by': 'flux-operator' };

describe('the Flux of a cluster', () => {
  it.each([
    ['is installed where there is none', [], false, 'not there'],
    ['is changed when it is older', deployments('v2.9.9'), false, 'v2.9.9 is there'],
    [
      'is changed by a release after its candidate',
      deployments('v2.10.0-rc.1'),
      false,
      'v2.10.0-rc.1 is there',
    ],
    [
      'stays when it is the same, whatever flags it has',
      deployments('v2.10.0', [LOCK, '--x']),
      true,
      'there already',
    ],
    ['is locked down', deployments('v2.10.0', []), false, 'v2.10.0 is there'],
    ['is completed', deployments('v2.10.0').slice(1), false, 'v2.10.0 is there'],
    ['stays when it is newer', deployments('v2.11.0'), true, 'v2.11.0 is there, and stays'],
    [
      'stays when a sync keeps it',
      deployments('v2.9.0', [], SYNC),
      true,
      'v2.9.0 is there, which Kustomization flux-system/flux-system keeps',
    ],
    [
      'stays when flux-operator keeps it, in part',
      deployments('v2.10.0', [], OPERATOR).slice(1),
      true,
      'v2.10.0 is there, which flux-operator keeps',
    ],
  ])('%s', (_, live, isKept, state) => {
    expect(judge(live)).toEqual({ isKept, state });
  });

  it('changes to a release that is given, but never to an older one', () => {
    expect(judge(deployments('v2.9.0'), true).isKept).toBe(false);
    expect(() => judge(deployments('v2.11.0'), true)).toThrow(
      'flux.yaml [flux-older]\n  version is "v2.10.0": is older than v2.11.0, of which the cluster has all',
    );
  });

  it('does not mix two releases', () => {
    const mixed = [...deployments('v2.11.0').slice(1), ...deployments('v2.9.0').slice(0, 1)];
    expect(() => judge(mixed)).toThrow('is older than v2.11.0, of which the cluster has a part');
  });

  it('is not changed where somebody else keeps it', () => {
    expect(() => judge(deployments('v2.9.0', [], SYNC), true)).toThrow('[flux-foreign]');
  });
});
