import type { Fleet } from '../fleet/fleet';
import { HelmApp } from '../flux/helm-app';
import { CERT_MANAGER_CHART, CLUSTER_API_OPERATOR_CHART } from '../versions';
import { ManagementAddOn } from './management-add-on';
import { addControllerPolicy } from './network';

/** Nothing here is pruned: without it nothing looks after clusters, and no webhook answers for their objects. */
export const KEPT = { prune: false } as const;

const CERT_MANAGER = 'cert-manager';

/**
 * Adds cert-manager, from which the operator and the providers have the certificates of their webhooks.
 *
 * @returns the add-on's name
 */
export function addCertManager(fleet: Fleet): string {
  new ManagementAddOn(fleet, CERT_MANAGER, {
    namespace: CERT_MANAGER,
    sync: KEPT,
    define: (chart) => {
      addControllerPolicy(chart, 10250);
      new HelmApp(chart, 'release', {
        name: CERT_MANAGER,
        namespace: CERT_MANAGER,
        chart: { oci: { url: 'oci://quay.io/jetstack/charts/cert-manager', tag: CERT_MANAGER_CHART } },
        // It gives its controllers rights on the whole cluster, which one must have to give.
        permissions: 'cluster',
        values: { crds: { enabled: true }, global: { leaderElection: { namespace: CERT_MANAGER } } },
      });
    },
  });
  return CERT_MANAGER;
}

/**
 * Adds the Cluster API Operator, which installs and upgrades providers.
 *
 * @param certManager the add-on that must be Ready first
 * @returns the add-on's name
 * @see https://cluster-api-operator.sigs.k8s.io/
 */
export function addOperator(fleet: Fleet, certManager: string): string {
  const name = 'cluster-api-operator';
  const namespace = 'capi-operator-system';
  new ManagementAddOn(fleet, name, {
    namespace,
    dependsOn: [certManager],
    sync: KEPT,
    define: (chart) => {
      addControllerPolicy(chart, 9443);
      new HelmApp(chart, 'release', {
        name: 'capi-operator',
        namespace,
        chart: {
          repository: { url: 'https://kubernetes-sigs.github.io/cluster-api-operator' },
          name,
          version: CLUSTER_API_OPERATOR_CHART,
        },
        // It installs whatever a provider's release has, so that its own role allows everything.
        permissions: 'cluster',
        values: {
          watchConfigSecret: true,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containerSecurityContext: {
            manager: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        },
      });
    },
  });
  return name;
}
