import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
import { checkDnsLabel } from '../../fleet/check/names';
import { checkPin } from '../../fleet/check/pins';
import type { Problem } from '../../problem';
import type { Cni, CniIngressRule, KubeadmVersions, OwnCni } from './props';

const OWN: Fields<OwnCni> = {
  name: 'string?',
  namespace: 'string?',
  chart: 'object',
  values: 'map?',
  ingressRules: 'list?',
};

const RULE: Fields<CniIngressRule> = {
  description: 'string',
  protocol: 'choice',
  fromPort: 'number',
  toPort: 'number',
};

/**
 * What is wrong with a CNI; its chart is looked at where it is installed.
 *
 * @param taken names of the cluster's other releases of boot
 */
export function checkCni(path: string, cni: Cni | undefined, taken: readonly string[] = []): Problem[] {
  if (typeof cni !== 'object') return checkChoice(path, 'cni', cni, ['cilium', 'calico', 'none']);
  const { name = 'cni', namespace = 'kube-system', ingressRules }: Partial<OwnCni> = cni ?? {};
  return [
    ...checkFields(path, 'cni', cni, OWN),
    ...(taken.includes(name) ? [nameTaken(path, name)] : checkDnsLabel(path, 'cni.name', name, MAX_NAME)),
    ...checkDnsLabel(path, 'cni.namespace', namespace),
    ...checkIngressRules(path, 'cni.ingressRules', ingressRules),
  ];
}

/** Helm's own limit for the name of a release. */
const MAX_NAME = 53;

function nameTaken(path: string, name: string): Problem {
  return {
    code: 'value-invalid',
    path,
    field: 'cni.name',
    value: name,
    problem: 'is the name of another release that the management cluster installs here',
    remedy: 'use another name, or leave it out',
  };
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

/** What is wrong with rules for security groups. */
export function checkIngressRules(
  path: string,
  field: string,
  rules: readonly CniIngressRule[] | undefined,
): Problem[] {
  return checkEach(rules, (rule, i) => {
    const shape = checkFields(path, `${field}[${i}]`, rule, RULE);
    if (shape.length > 0) return shape;
    const protocol = checkChoice(path, `${field}[${i}].protocol`, rule.protocol, PROTOCOLS);
    return protocol.length > 0 ? protocol : checkPorts(path, `${field}[${i}]`, rule);
  });
}

const PROTOCOLS: readonly CniIngressRule['protocol'][] = ['-1', '4', '50', '58', 'tcp', 'udp', 'icmp'];

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
function checkPorts(path: string, field: string, { protocol, fromPort, toPort }: CniIngressRule): Problem[] {
  const isPorts = protocol === 'tcp' || protocol === 'udp';
  const isIcmp = protocol === 'icmp' || protocol === '58';
  const [min, max] = [isPorts ? 0 : -1, isIcmp ? 255 : 65535];
  const what = isIcmp ? 'type or code' : 'port';
  return Object.entries({ fromPort, toPort })
    .filter(([, value]) => !(Number.isInteger(value) && value >= min && value <= max))
    .map(([name, value]) => ({
      code: 'value-invalid',
      path,
      field: `${field}.${name}`,
      value,
      problem: `is no ${what} of ${protocol}`,
      remedy: `use a whole number from ${min} to ${max}`,
    }));
}
