import { BootstrapFixture } from './fixture';

const fixture = new BootstrapFixture();

/** Stands in for a kubectl of some version, and for a cluster of some version that it reaches. */
function kubectl(client: string, server: string): string {
  fixture.write(
    'bin/kubectl',
    `#!/bin/sh
case "$*" in
  'version --client'*) echo '{"clientVersion":{"gitVersion":"${client}"}}' ;;
  'config view'*) echo '{"contexts":[{"name":"hub"}],"clusters":[{"cluster":{"server":"https://me:pw@hub.example.com"}}]}' ;;
  'get --raw=/version'*) echo '{"gitVersion":"${server}"}' ;;
  *) echo "not now" >&2; exit 1 ;;
esac
`,
    0o755,
  );
  return 'bin';
}

describe('fleetwright bootstrap', () => {
  beforeEach(() => fixture.synth());

  it('wants a rendered fleet', async () => {
    const [code, text] = await fixture.run(['--dist', `${fixture.folder}/nothing`]);
    expect(code).toBe(1);
    expect(text).toContain('[dist-missing]');
  });

  it('wants a management cluster in it', async () => {
    fixture.write('dist/hub/flux.yaml', '');
    const [code, text] = await fixture.run([]);
    expect([code, text]).toEqual([
      1,
      `1 problem\n\n${fixture.dist} [management-missing]\n` +
        '  has no management cluster: no folder with a flux.yaml that holds the sync flux-system/fleet\n' +
        '  remedy: set `management: true` for one cluster of the fleet, and synthesize\n',
    ]);
  });

  it('wants kubectl', async () => {
    const [code, text] = await fixture.run([]);
    expect([code, text]).toEqual([
      1,
      '1 problem\n\nkubectl [kubectl-missing]\n  cannot be run: ENOENT\n' +
        '  remedy: install kubectl on the PATH: https://kubernetes.io/docs/tasks/tools/\n',
    ]);
  });

  it('wants a kubectl that can talk to the cluster', async () => {
    const [code, text] = await fixture.run([], kubectl('v1.33.1', 'v1.36.3-eks-1'));
    expect([code, text]).toEqual([
      1,
      '1 problem\n\nkubectl [kubectl-old]\n' +
        '  version is "v1.33.1": is more than a minor older than the cluster\'s v1.36.3-eks-1\n' +
        '  remedy: install kubectl v1.36.3-eks-1: https://kubernetes.io/releases/version-skew-policy/#kubectl\n',
    ]);
  });

  it('wants a cluster that is not too old for the manifests', async () => {
    const [code, text] = await fixture.run([], kubectl('v1.36.3', 'v1.34.9'));
    expect([code, text]).toEqual([
      1,
      '1 problem\n\nhub (https://hub.example.com/) [cluster-old]\n' +
        `  version is "v1.34.9": is more than a minor older than v1.36.3, for which ${fixture.dist}/hub was made\n` +
        '  remedy: upgrade the cluster, or choose the right one by --context\n',
    ]);
    expect((await fixture.run([], kubectl('v1.36.3', 'v1.35.0')))[1]).toContain('[kubectl-failed]');
  });

  it.each([
    ['an argument', ['management']],
    ['an option that it does not know', ['--force']],
  ])('does not understand %s', async (_, args) => {
    expect((await fixture.run(args))[0]).toBe(2);
  });
});
