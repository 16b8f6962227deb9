import { checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { CLUSTER_FIELDS, CONTROL_PLANE_FIELDS, checkClusterFields, POOL_FIELDS } from '../fields';
import { checkNetworksGiven, checkPool, checkUnhealthyLimit } from '../machinery';
import type { LocalClusterProps, LocalControlPlane, LocalNodePool } from './props';

const FIELDS: Fields<LocalClusterProps> = {
  ...CLUSTER_FIELDS,
  networks: 'required',
  teardown: 'optional',
  controlPlane: 'required',
  pools: 'required',
  backend: 'optional',
};

const CONTROL_PLANE: Fields<LocalControlPlane> = { ...CONTROL_PLANE_FIELDS, unhealthyLimit: 'optional' };
const POOL: Fields<LocalNodePool> = { ...POOL_FIELDS, unhealthyLimit: 'optional' };

/** What is wrong with a local cluster beyond what is checked for every cluster. */
export function checkLocalCluster(path: string, name: string, props: LocalClusterProps): Problem[] {
  const { controlPlane, pools = [], networks, backend = 'docker' } = props;
  const fields = [
    ...checkClusterFields(path, props, FIELDS),
    ...checkFields(path, 'controlPlane', controlPlane, CONTROL_PLANE),
    ...pools.flatMap((pool, i) => checkFields(path, `pools[${i}]`, pool, POOL)),
  ];
  // What is missing would be reported again, in other words, by each check below.
  if (fields.length > 0) return fields;
  return [
    ...checkNetworksGiven(path, networks),
    ...checkBackend(path, backend),
    ...checkUnhealthyLimit(path, 'controlPlane.unhealthyLimit', controlPlane.unhealthyLimit),
    ...pools.flatMap((pool, i) => checkPool(path, name, i, pool)),
  ];
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
