import { checkEach, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { type Cni, checkCni, checkCniPins } from '../boot';
import {
  checkClusterFields,
  checkKubeadmFields,
  checkPoolFields,
  KUBEADM_CLUSTER_FIELDS,
  KUBEADM_FIELDS,
  KUBEADM_VERSION_FIELDS,
  POOL_FIELDS,
} from '../fields';
import { checkFirstBootFields } from '../first-boot';
import {
  checkBlockSizes,
  checkKubeadm,
  checkNetworksGiven,
  checkPlace,
  checkPool,
  checkSupportedVersions,
} from '../machinery';
import type { LocalClusterProps } from './props';

const FIELDS: Fields<LocalClusterProps> = {
  ...KUBEADM_CLUSTER_FIELDS,
  controlPlane: 'object',
  pools: 'list',
  backend: 'choice?',
};

/** What is wrong with a local cluster beyond what is checked for every cluster. */
export function checkLocalCluster(path: string, name: string, props: LocalClusterProps): Problem[] {
  const { controlPlane, pools = [], networks, backend = 'docker' } = props;
  const fields = [
    ...checkClusterFields(path, props, FIELDS, KUBEADM_VERSION_FIELDS),
    ...checkCni(path, props.cni),
    ...checkFirstBootFields(path, props.firstBoot),
    ...checkKubeadmFields(path, controlPlane, KUBEADM_FIELDS),
    ...checkEach(pools, (pool, i) => checkPoolFields(path, i, pool, POOL_FIELDS)),
  ];
  // What is missing would be reported again, in other words, by each check below.
  if (fields.length > 0) return fields;
  return [
    ...checkNetworksGiven(path, networks),
    ...checkBackend(path, backend),
    ...checkFirstBootUse(path, props),
    ...checkCniPins(path, installedCni(props), props.versions),
    ...checkSupportedVersions(path, props, ['core']),
    ...checkBlockSizes(path, props),
    ...checkKubeadm(path, controlPlane),
    ...checkPlace(path, props),
    ...pools.flatMap((pool, i) => checkPool(path, name, i, pool)),
  ];
}

/** The network that the management cluster installs: machines that are nothing but API objects have none. */
export function installedCni({ backend, firstBoot, cni = 'cilium' }: LocalClusterProps): Cni {
  return backend === 'inMemory' || firstBoot ? 'none' : cni;
}

/** What would install the network, or be installed on nothing. */
function checkFirstBootUse(path: string, { firstBoot, cni, backend }: LocalClusterProps): Problem[] {
  if (!firstBoot) return [];
  const ignored = (field: string, value: unknown, problem: string, remedy: string): Problem[] => [
    { code: 'first-boot-ignored', path, field, value, problem, remedy },
  ];
  if (backend === 'inMemory') {
    const problem = 'is what no machine runs: those of `inMemory` are nothing but API objects';
    return ignored('firstBoot', undefined, problem, 'leave it out, or use the backend docker');
  }
  if (cni === undefined) return [];
  const problem = 'counts for nothing beside `firstBoot`, which installs the network by itself';
  return ignored('cni', cni, problem, "leave it out, and list the CNI's manifest in `firstBoot`");
}

function checkBackend(path: string, value: string): Problem[] {
  if (value === 'docker' || value === 'inMemory') return [];
  return [
    {
      code: 'backend-unknown',
      path,
      field: 'backend',
      value,
      problem: 'is nothing that local machines are made of',
      remedy: 'use docker or inMemory',
    },
  ];
}
