import { readFileSync } from 'node:fs';
import { type Attack, kustomizationSpec, OTHER, object } from './attacks';

/** The spec of a HelmRelease of the chart in the tenant's own repository. */
function release(spec: object = {}): object {
  return {
    interval: '1h',
    chart: {
      spec: { chart: './chart', interval: '1h', sourceRef: { kind: 'GitRepository', name: 'team' } },
    },
    ...spec,
  };
}

const POLICY = /ValidatingAdmissionPolicy 'fleetwright-tenants'.*denied request/;

/** What is refused even to a tenant whom somebody lets write Flux's kinds. */
export const ATTACKS_BY_FLUX: readonly Attack[] = [
  [
    'a Kustomization that would act as Flux',
    [object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', { spec: kustomizationSpec() })],
    POLICY,
  ],
  [
    "a Kustomization that reads the fleet's source",
    [
      object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', {
        spec: kustomizationSpec({
          serviceAccountName: 'flux-tenant',
          sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' },
        }),
      }),
    ],
    POLICY,
  ],
  [
    'a HelmRelease that would act as Flux',
    [object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { spec: release() })],
    POLICY,
  ],
];

const account = { serviceAccountName: 'flux-tenant' };
const FROM_TENANT = new RegExp(
  `User "system:serviceaccount:team:flux-tenant" cannot .* in the namespace "${OTHER}"`,
);

/** Syncs and releases that the API server takes, and what becomes of them. */
export const FURTHER: readonly { readonly object: object; readonly answer: RegExp }[] = [
  {
    object: kustomization('with-own-account', account),
    answer: FROM_TENANT,
  },
  {
    object: kustomization('with-account-of-others', { serviceAccountName: 'builder' }),
    answer: /User "system:serviceaccount:team:builder" cannot/,
  },
  {
    object: kustomization('to-others', { ...account, targetNamespace: OTHER }),
    answer: FROM_TENANT,
  },
  {
    object: kustomization('with-key-of-the-cluster', {
      ...account,
      decryption: { provider: 'sops', secretRef: { name: 'fleet-age' } },
    }),
    answer: /team\/fleet-age.* not found|"fleet-age" not found/,
  },
  {
    object: kustomization('with-command', {
      kubeConfig: { secretRef: { name: 'with-command' } },
      ...account,
    }),
    answer: /Forbidden.*failed to get server groups|Unauthorized/,
  },
  { object: helmRelease('to-others', { ...account, targetNamespace: OTHER }), answer: FROM_TENANT },
  { object: helmRelease('stored-with-others', { ...account, storageNamespace: OTHER }), answer: FROM_TENANT },
];

function kustomization(name: string, spec: object): object {
  return object(
    'kustomize.toolkit.fluxcd.io/v1',
    'Kustomization',
    { spec: kustomizationSpec(spec) },
    { name },
  );
}

function helmRelease(name: string, spec: object): object {
  return object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { spec: release(spec) }, { name });
}

/** A Secret with a kubeconfig of the cluster whose login is a command that Flux would run. */
export function withCommand(kubeconfig: string, touched: string): object {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'touch',
    args: [touched],
    interactiveMode: 'Never',
  };
  const value = JSON.stringify({ ...config, users: [{ name: 'admin', user: { exec } }] });
  return object('v1', 'Secret', { stringData: { value } }, { name: 'with-command' });
}
