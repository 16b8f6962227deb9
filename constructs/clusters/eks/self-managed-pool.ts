import type { Chart } from 'cdk8s';
import type { NodeadmConfigTemplateSpec } from '../../../imports/bootstrap.cluster.x-k8s.io';
import type { Plain } from '../../plain';
import { addMachineTemplate, machineOf } from '../aws/machine-template';
import { zoneSuffix } from '../aws/subnets';
import {
  addMachineDeployment,
  addPoolHealthCheck,
  addTemplate,
  distribute,
  GROUPS,
  nodeLabelArguments,
  type Reference,
  taintArguments,
  VERSION,
} from '../machinery';
import { eksLookupOf } from './ami';
import type { EksClusterProps, EksSelfManagedPool } from './props';
import { fullVersion } from './version';

/** Adds the machines of a self-managed pool: one `MachineDeployment` for each zone. */
export function addSelfManagedPool(
  chart: Chart,
  id: string,
  cluster: string,
  version: string,
  pool: EksSelfManagedPool,
  props: EksClusterProps,
): void {
  const prefix = `${cluster}-${pool.name}`;
  const machines = addMachineTemplate(chart, `${id}-machines`, prefix, {
    ...machineOf('nodes', pool, props.sshKeyName),
    ami: pool.image ? { id: pool.image.id } : { eksLookupType: eksLookupOf(pool.instanceType) },
    // AL2023 cannot fetch them from there; what EKS needs to start is no secret.
    cloudInit: { insecureSkipSecretsManager: true },
  });
  const bootstrap = addNodeadmConfig(chart, `${id}-bootstrap`, prefix, pool);
  const full = { ...pool, kubernetesVersion: fullVersion(pool.kubernetesVersion) };
  for (const [zone, replicas] of distribute(pool.replicas, pool.zones ?? props.zones)) {
    const suffix = zoneSuffix(props.region, zone);
    const rest = { version, pool: full, suffix, failureDomain: zone, replicas, machines, bootstrap };
    addMachineDeployment(chart, `${id}-${suffix}`, { cluster, ...rest });
  }
  addPoolHealthCheck(chart, `${id}-health`, cluster, pool);
}

/** Adds the template by which AL2023's nodeadm joins a pool's machines. */
function addNodeadmConfig(chart: Chart, id: string, prefix: string, pool: EksSelfManagedPool): Reference {
  const flags = [...nodeLabelArguments(pool.labels), ...taintArguments(pool.taints)].map(
    ({ name, value }) => `--${name}=${value}`,
  );
  const spec: Plain<NodeadmConfigTemplateSpec> = {
    template: { spec: flags.length > 0 ? { kubelet: { flags } } : {} },
  };
  return addTemplate(chart, id, {
    apiVersion: `${GROUPS.bootstrap}/${VERSION}`,
    kind: 'NodeadmConfigTemplate',
    prefix,
    spec,
  });
}
