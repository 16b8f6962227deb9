import { checkChoice } from '../../fleet/check/choice';
import { checkFields, type Fields } from '../../fleet/check/fields';
import { checkPin } from '../../fleet/check/pins';
import type { Problem } from '../../problem';
import type { Cni, CniIngressRule, KubeadmVersions, OwnCni } from './props';

const OWN: Fields<OwnCni> = {
  name: 'optional',
  namespace: 'optional',
  chart: 'required',
  values: 'optional',
  ingressRules: 'optional',
};

const RULE: Fields<CniIngressRule> = {
  description: 'required',
  protocol: 'required',
  fromPort: 'required',
  toPort: 'required',
};

/** What is wrong with the shape of a CNI; its chart is looked at where it is installed. */
export function checkCniFields(path: string, cni: Cni | undefined): Problem[] {
  if (typeof cni !== 'object') return checkChoice(path, 'cni', cni, ['cilium', 'calico', 'none']);
  return [
    ...checkFields(path, 'cni', cni, OWN),
    ...checkRuleFields(path, 'cni.ingressRules', cni?.ingressRules),
  ];
}

/**
 * What is wrong with the pinned versions of networks.
 *
 * @param cni what the management cluster installs
 */
export function checkCniPins(path: string, cni: Cni, versions: KubeadmVersions = {}): Problem[] {
  return [
    ...checkPin(path, 'cilium', versions.cilium, cni === 'cilium'),
    ...checkPin(path, 'calico', versions.calico, cni === 'calico'),
  ];
}

/** What is wrong with the shape of rules for security groups. */
export function checkRuleFields(
  path: string,
  field: string,
  rules: readonly CniIngressRule[] = [],
): Problem[] {
  return rules.flatMap((rule, i) => checkFields(path, `${field}[${i}]`, rule, RULE));
}
