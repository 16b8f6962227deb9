import type { Problem } from '../../constructs';
import { cleaned } from '../registry/text';

/** What kubectl or a server says, and what it means. */
interface Kind extends Pick<Problem, 'code' | 'remedy'> {
  readonly pattern: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    pattern: /context ".*" does not exist|no context exists|cannot locate context|current-context must exist/,
    code: 'context-unknown',
    remedy: 'name one of `kubectl config get-contexts` by --context, or its file by --kubeconfig',
  },
  {
    pattern: /admission webhook|failed calling webhook|ValidatingAdmissionPolicy/,
    code: 'cluster-refused',
    remedy:
      'see who runs this check on the cluster: let it take what is to be applied, or see why it does not run',
  },
  {
    pattern: /User "[^"]*" cannot \w+ (?:resource|path)|attempting to grant RBAC permissions/,
    code: 'cluster-forbidden',
    remedy: 'use the account of an administrator: Flux is given every right on its cluster, by who has them',
  },
  {
    pattern: /is forbidden: (?!.*being terminated)/,
    code: 'cluster-refused',
    remedy: 'raise the quota or limit that it names, or let this namespace take what Flux needs',
  },
  {
    pattern: /Unauthorized|must be logged in|provide credentials|getting credentials|certificate has expired/,
    code: 'cluster-login',
    remedy:
      'log in again, as whoever gave you the kubeconfig says; `kubectl get namespaces` shows whether it helped',
  },
  {
    // What a server says itself shows that it was reached.
    pattern:
      /^(?!Error from server).*(?:Unable to connect to the server|connection to the server .* was refused|dial tcp|net\/http: |no such host|i\/o timeout|connection reset|\bEOF\b|x509: |tls: )/m,
    code: 'cluster-unreachable',
    remedy: 'see whether the cluster runs and this machine reaches it: `kubectl version` shows the same',
  },
];

const OTHER: Kind = {
  pattern: /^/,
  code: 'kubectl-failed',
  remedy: 'run the command again with --verbose, and correct what it names',
};

/**
 * The problems in what kubectl wrote when it failed: one for each thing that is forbidden or refused.
 *
 * @param path what was tried
 */
export function refusalsOf(path: string, stderr: string): Problem[] {
  const lines = stderr.split('\n').filter((line) => line.trim() && !/^(Warning|[EWI]\d{4} )/.test(line));
  const text = lines.join('\n');
  const { pattern: _, ...kind } = KINDS.find(({ pattern }) => pattern.test(text)) ?? OTHER;
  const told = kind.code === 'cluster-forbidden' ? forbidden(text) : [];
  const all =
    told.length > 0 ? told : [`failed: ${cleaned(lines.slice(-MOST_LINES).join(' ') || 'it said nothing')}`];
  return [...new Set(all)].map((problem) => ({ ...kind, path, field: '', value: undefined, problem }));
}

const MOST_LINES = 4;

/** Verb and kind of everything that the server does not let this account do. */
function forbidden(text: string): string[] {
  const pattern =
    /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?/g;
  return [...text.matchAll(pattern)].map(([, user, verb, resource, group, namespace]) => {
    const kind = group ? `${resource}.${group}` : resource;
    return cleaned(
      `is forbidden: ${user} may not ${verb} ${kind}${namespace ? ` in the namespace ${namespace}` : ''}`,
    );
  });
}
