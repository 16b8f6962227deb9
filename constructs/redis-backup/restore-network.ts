import type { NetworkPolicy, NetworkPolicySpec } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import { metadataOf, roleLabels, type SettledBundle } from './bundle';
import { childName } from './identity';
import { TO_DNS, toS3 } from './network';
import { LINK_PORT, openingLabels, platformOf, type RestoreFacts, restoreLabels } from './restore';
import { typed } from './typed';

/**
 * What opens the way between the server and the restore: there only while one runs. To S3 it is the platform's way,
 * and that to another bucket's server.
 *
 * @param link whether the server may also get data from the restore; to ask it, that is not needed
 */
export function restorePolicies(
  bundle: SettledBundle,
  facts: Pick<RestoreFacts, 'restore' | 'lostPods'>,
  link: boolean,
): Manifest[] {
  const { source, id } = facts.restore;
  const role = roleLabels(bundle, 'restore');
  const pods = { podSelector: { matchLabels: role } };
  // A pod that is lost with its node may still run: it is another one's turn now.
  const current = { podSelector: { matchLabels: { ...role, ...openingLabels(facts) } } };
  const server = { podSelector: { matchLabels: roleLabels(bundle, 'server') } };
  const ports = [{ port: LINK_PORT, protocol: 'TCP' }];
  const policy = (suffix: string, spec: Plain<NetworkPolicySpec>): Manifest => {
    const metadata = metadataOf(bundle, childName(bundle.identity.name, suffix));
    return typed<NetworkPolicy>({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { ...metadata, labels: restoreLabels(bundle, id) },
      spec,
    });
  };
  const policyTypes = ['Ingress', 'Egress'];
  // What addresses another server has, the platform does not say.
  const s3 = source?.endpoint
    ? { platform: { ...platformOf(bundle.platform, source), s3Cidrs: undefined } }
    : bundle;
  return [
    policy('redis-restore', {
      ...{ ...pods, policyTypes, ingress: link ? [{ from: [server], ports }] : undefined },
      egress: [TO_DNS, { to: [server], ports }, toS3(s3)],
    }),
    policy('redis-restore-server', {
      ...{ ...server, policyTypes },
      ingress: [{ from: [current], ports }],
      egress: link ? [{ to: [current], ports }] : undefined,
    }),
  ];
}
