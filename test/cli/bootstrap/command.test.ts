import * as path from 'node:path';
import { checkCluster } from '../../../cli/bootstrap/cluster';
import { managementFolder } from '../../../cli/bootstrap/fleet';
import { Kubectl } from '../../../cli/bootstrap/kubectl';
import { BootstrapFixture } from './fixture';

const fixture = new BootstrapFixture();

/** Stands in for a kubectl of some version, and for a cluster of some version that it reaches. */
function kubectl(client: string, server: string, source = ''): string {
  fixture.write(
    'bin/kubectl',
    `#!/bin/sh
case "$*" in
  'version --client'*) echo '{"clientVersion":{"gitVersion":"${client}"}}' ;;
  'config view'*) echo '{"contexts":[{"name":"hub"}],"clusters":[{"cluster":{"server":"https://me:pw@hub.example.com"}}]}' ;;
  'get --raw=/version'*) echo '{"gitVersion":"${server}"}' ;;
  'get gitrepository'*) [ -n '${source}' ] && echo '${source}' || { echo "not now" >&2; exit 1; } ;;
  'get kustomization'*) [ -n '${source}' ] || { echo "not now" >&2; exit 1; } ;;
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

  describe('on a cluster whose source reads from elsewhere', () => {
    const source = (status: object) =>
      JSON.stringify({ kind: 'GitRepository', spec: { url: 'https://git.example.com/flet' }, status });

    it('leaves it alone where anything was fetched from there', async () => {
      const live = source({ artifact: { revision: 'main@sha1:1' } });
      const [code, text] = await fixture.run([], kubectl('v1.36.3', 'v1.36.3', live));
      expect([code, text]).toEqual([1, expect.stringContaining('[cluster-taken]\n')]);
      expect(text).toContain('if the fleet moves, commit its new place to the old one');
    });

    it('goes on where nothing ever was: somebody corrects the address', async () => {
      const program = path.join(fixture.folder, kubectl('v1.36.3', 'v1.36.3', source({})), 'kubectl');
      const cluster = { context: 'hub', server: 'https://hub.example.com', version: 'v1.36.3' };
      await checkCluster(new Kubectl({}, program), cluster, managementFolder(fixture.dist));
    });
  });

  it('looks for the kubeconfig before it asks kubectl', async () => {
    const [code, text] = await fixture.run(['--kubeconfig', '/nope'], kubectl('v1.36.3', 'v1.36.3'));
    expect([code, text]).toEqual([
      1,
      '1 problem\n\n/nope [kubeconfig-missing]\n  is no file\n' +
        '  remedy: name the kubeconfig of the management cluster by --kubeconfig\n',
    ]);
  });

  it('reads the files that it is given before it asks the cluster', async () => {
    const bin = kubectl('v1.33.1', 'v1.36.3');
    expect((await fixture.run(['--secrets', '/nope'], bin))[1]).toContain('[secrets-malformed]');
    expect((await fixture.run(['--flux', '/nope'], bin))[1]).toContain('[flux-unusable]');
  });

  it('wants a kubeconfig', async () => {
    fixture.write('bare/kubectl', '#!/bin/sh\necho \'{"contexts":null}\'\n', 0o755);
    const [code, text] = await fixture.run([], 'bare');
    expect([code, text]).toEqual([
      1,
      expect.stringContaining('kubectl [kubeconfig-missing]\n  has no kubeconfig'),
    ]);
  });

  it.each([
    ['an argument', ['management']],
    ['an option that it does not know', ['--force']],
  ])('does not understand %s', async (_, args) => {
    expect((await fixture.run(args))[0]).toBe(2);
  });
});
