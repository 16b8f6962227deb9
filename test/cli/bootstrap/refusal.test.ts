import { refusalsOf } from '../../../cli/bootstrap/refusal';
import { formatProblems } from '../../../constructs';

const told = (stderr: string) =>
  formatProblems(refusalsOf('kubectl apply', stderr)).split('\n').slice(2).join('\n');

describe('what kubectl says when it fails', () => {
  it('names verb and kind of what is forbidden, each once', () => {
    const user = 'User "jane" cannot patch resource';
    const text = told(
      [
        'Warning: would violate PodSecurity "restricted:latest"',
        `Error from server (Forbidden): namespaces "a" is forbidden: ${user} "namespaces" in API group "" at the cluster scope`,
        `Error from server (Forbidden): namespaces "b" is forbidden: ${user} "namespaces" in API group "" at the cluster scope`,
        `Error from server (Forbidden): deployments.apps "c" is forbidden: ${user} "deployments" in API group "apps" in the namespace "flux-system"`,
      ].join('\n'),
    );
    const remedy =
      '  remedy: use the account of an administrator: Flux is given every right on its cluster, by who has them\n';
    expect(text).toBe(
      `kubectl apply [cluster-forbidden]\n  is forbidden: jane may not patch namespaces\n${remedy}\n` +
        `kubectl apply [cluster-forbidden]\n  is forbidden: jane may not patch deployments.apps in the namespace flux-system\n${remedy}`,
    );
  });

  it('tells what a webhook says', () => {
    const text = told(
      'Error from server (Forbidden): error when creating "STDIN": admission webhook "policy.example.com" denied the request: no owner label',
    );
    expect(text).toBe(
      'kubectl apply [cluster-refused]\n' +
        '  failed: Error from server (Forbidden): error when creating "STDIN": admission webhook "policy.example.com" denied the request: no owner label\n' +
        '  remedy: see who runs this check on the cluster: let it take what is to be applied, or see why it does not run\n',
    );
  });

  it.each([
    ['error: context "x" does not exist', 'context-unknown'],
    [
      `The namespaces "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no owner`,
      'cluster-refused',
    ],
    ['error: current-context must exist in order to minify', 'context-unknown'],
    ['error: You must be logged in to the server (Unauthorized)', 'cluster-login'],
    ['Unable to connect to the server: getting credentials: exec: executable aws not found', 'cluster-login'],
    [
      'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
      'cluster-unreachable',
    ],
    ['Unable to connect to the server: dial tcp: lookup hub: no such host', 'cluster-unreachable'],
    ['Unable to connect to the server: net/http: TLS handshake timeout', 'cluster-unreachable'],
    ['error: Get "https://hub:6443/api": dial tcp 10.0.0.1:6443: i/o timeout', 'cluster-unreachable'],
    ['Error from server (Invalid): Deployment.apps "x" is invalid: spec.selector', 'kubectl-failed'],
    ['Error from server (Invalid): GitRepository "x" is invalid: spec.timeout: refused', 'kubectl-failed'],
    ['Error from server (Forbidden): pods "x" is forbidden: exceeded quota: all', 'cluster-refused'],
    [
      'Error from server (Forbidden): pods "x" is forbidden: violates PodSecurity "baseline"',
      'cluster-refused',
    ],
    [
      'Error from server (Forbidden): secrets "x" is forbidden: unable to create new content in namespace clusters because it is being terminated',
      'kubectl-failed',
    ],
    [
      'Error from server (Forbidden): clusterroles "x" is forbidden: user "jane" is attempting to grant RBAC permissions not currently held',
      'cluster-forbidden',
    ],
    ['Error from server (Forbidden): forbidden: User "jane" cannot get path "/version"', 'cluster-forbidden'],
    ['', 'kubectl-failed'],
  ])('%s', (stderr, code) => {
    expect(refusalsOf('kubectl get', stderr)).toMatchObject([{ code }]);
  });

  it('lets nothing through that steers a terminal', () => {
    const stderr =
      'Error from server (Forbidden): User "\u001b[2Jjane" cannot get resource "pods" in API group ""';
    expect(refusalsOf('kubectl get', stderr)).toMatchObject([
      { problem: 'is forbidden:  [2Jjane may not get pods' },
    ]);
  });
});
