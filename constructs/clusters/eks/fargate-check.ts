import { checkChoice } from '../../fleet/check/choice';
import { isLabelValue } from '../../fleet/check/labels';
import { checkDnsLabel } from '../../fleet/check/names';
import { TEARDOWNS } from '../../fleet/cluster';
import type { Problem } from '../../problem';
import { checkIamName } from '../aws/machine-check';
import { isLabelKey } from '../machinery';
import type { EksClusterProps, EksFargateProfile, EksFargateSelector } from './props';

/** The most selectors that a profile has. */
const MAX_SELECTORS = 5;

/** What is wrong with the Fargate profiles of a cluster. */
export function checkFargate(path: string, { fargate = [], network }: EksClusterProps): Problem[] {
  return [
    ...(network ? [] : checkSubnets(path, fargate)),
    ...fargate.flatMap((profile, i) => [
      ...checkDnsLabel(path, `fargate[${i}].name`, profile.name, 20),
      ...checkName(path, i, fargate),
      ...checkIamName(path, `fargate[${i}].role`, profile.role),
      ...checkSelectors(path, `fargate[${i}].selectors`, profile.selectors),
      ...checkChoice(path, `fargate[${i}].teardown`, profile.teardown, TEARDOWNS),
    ]),
  ];
}

/** @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/4755 */
function checkSubnets(path: string, fargate: readonly EksFargateProfile[]): Problem[] {
  if (fargate.length === 0) return [];
  return [
    {
      code: 'fargate-subnets',
      path,
      field: 'fargate',
      value: fargate.map(({ name }) => name),
      problem: 'would not come up: of a VPC that it made, the provider tells EKS no ids of subnets',
      remedy: 'give `network` a VPC that exists, or leave `fargate` out',
    },
  ];
}

function checkName(path: string, i: number, fargate: readonly EksFargateProfile[]): Problem[] {
  const name = fargate[i]?.name;
  const first = fargate.findIndex((other) => other.name === name);
  if (first === i) return [];
  return [
    {
      code: 'fargate-duplicate',
      path,
      field: `fargate[${i}].name`,
      value: name,
      problem: `is the name of fargate[${first}] too`,
      remedy: 'give each profile of a cluster its own name',
    },
  ];
}

function checkSelectors(path: string, field: string, selectors: readonly EksFargateSelector[]): Problem[] {
  if (selectors.length === 0 || selectors.length > MAX_SELECTORS) {
    return [
      {
        code: 'fargate-selectors',
        path,
        field,
        value: selectors.length,
        problem: 'is no number of selectors that EKS takes',
        remedy: `give one to ${MAX_SELECTORS}, and the others to a further profile`,
      },
    ];
  }
  return selectors.flatMap((selector, i) => checkSelector(path, `${field}[${i}]`, selector));
}

/** EKS takes `*` and `?` in namespaces and in labels' values. */
function checkSelector(path: string, field: string, selector: EksFargateSelector): Problem[] {
  const plain = (text: string) => text.replace(/[*?]/g, 'x');
  const { namespace, labels = {} } = selector;
  const fits =
    checkDnsLabel(path, field, plain(namespace), 63).length === 0 &&
    Object.entries(labels).every(
      ([key, value]) => isLabelKey(key) && typeof value === 'string' && isLabelValue(plain(value)),
    );
  if (fits) return [];
  return [
    {
      code: 'fargate-selectors',
      path,
      field,
      value: selector,
      problem: 'selects no pod that there could be',
      remedy: 'write a namespace and labels as Kubernetes takes them; `*` and `?` stand for what differs',
    },
  ];
}
