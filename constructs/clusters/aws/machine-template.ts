import type { Chart } from 'cdk8s';
import type { AwsMachineTemplateSpec } from '../../../imports/infrastructure.cluster.x-k8s.io';
import type { Plain } from '../../plain';
import { addTemplate, GROUPS, type Reference, VERSION } from '../machinery';
import type { AwsClusterProps, AwsImage, AwsMachine, AwsNodePool } from './props';

type Machine = AwsMachine & Pick<AwsNodePool, 'spot'>;

/** The bindings write one field with other capitals than the API. */
type MachineSpec = Plain<Omit<AwsMachineTemplateSpec['template']['spec'], 'imageLookupBaseOs'>> & {
  readonly imageLookupBaseOS?: string;
};

/** The root volume's size, in GiB, when none is given. */
export const VOLUME_SIZE = 50;

/** Adds the template of EC2 machines that start from images for kubeadm. */
export function addAwsMachines(
  chart: Chart,
  id: string,
  prefix: string,
  role: 'control-plane' | 'nodes',
  machine: Machine,
  { image, sshKeyName }: Pick<AwsClusterProps, 'image' | 'sshKeyName'>,
): Reference {
  return addMachineTemplate(chart, id, prefix, {
    ...machineOf(role, machine, sshKeyName),
    ...imageFields(machine.image ?? image),
  });
}

/**
 * What every EC2 machine has. Metadata only answers to sessions (IMDSv2) that began on the machine itself, so
 * that no pod without the host's network gets the machine's credentials.
 */
export function machineOf(
  role: 'control-plane' | 'nodes',
  machine: Omit<Machine, 'image'>,
  sshKeyName = '',
): MachineSpec {
  return {
    instanceType: machine.instanceType,
    iamInstanceProfile: machine.iamInstanceProfile ?? `${role}.cluster-api-provider-aws.sigs.k8s.io`,
    instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    rootVolume: { size: machine.volumeSize ?? VOLUME_SIZE, type: 'gp3', encrypted: true },
    sshKeyName,
    spotMarketOptions: machine.spot === true ? {} : machine.spot || undefined,
  };
}

/** Adds an `AWSMachineTemplate`. */
export function addMachineTemplate(chart: Chart, id: string, prefix: string, spec: MachineSpec): Reference {
  return addTemplate(chart, id, {
    apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
    kind: 'AWSMachineTemplate',
    prefix,
    spec: { template: { spec } },
  });
}

function imageFields(image: AwsImage | undefined) {
  if (image?.id) return { ami: { id: image.id } };
  const { lookup } = image ?? {};
  return {
    imageLookupOrg: lookup?.org,
    imageLookupFormat: lookup?.format,
    imageLookupBaseOS: lookup?.baseOS,
  };
}
