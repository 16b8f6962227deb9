import type { Chart } from 'cdk8s';
import type { AwsMachineTemplateSpec } from '../../../imports/infrastructure.cluster.x-k8s.io';
import type { Plain } from '../../plain';
import { addTemplate, GROUPS, type Reference, VERSION } from '../machinery';
import type { AwsClusterProps, AwsImage, AwsMachine, AwsNodePool } from './props';

/** The bindings write one field with other capitals than the API. */
type MachineSpec = Plain<Omit<AwsMachineTemplateSpec['template']['spec'], 'imageLookupBaseOs'>> & {
  readonly imageLookupBaseOS?: string;
};

/** The root volume's size, in GiB, when none is given. */
const VOLUME_SIZE = 50;

/**
 * Adds the template of EC2 machines. Metadata only answers to sessions (IMDSv2) that began on the machine
 * itself, so that no pod without the host's network gets the machine's credentials.
 */
export function addAwsMachines(
  chart: Chart,
  id: string,
  prefix: string,
  role: 'control-plane' | 'nodes',
  machine: AwsMachine & Pick<AwsNodePool, 'spot'>,
  { image, sshKeyName = '' }: Pick<AwsClusterProps, 'image' | 'sshKeyName'>,
): Reference {
  const spec: MachineSpec = {
    instanceType: machine.instanceType,
    iamInstanceProfile: machine.iamInstanceProfile ?? `${role}.cluster-api-provider-aws.sigs.k8s.io`,
    ...imageFields(machine.image ?? image),
    instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    rootVolume: { size: machine.volumeSize ?? VOLUME_SIZE, type: 'gp3', encrypted: true },
    sshKeyName,
    spotMarketOptions: machine.spot === true ? {} : machine.spot || undefined,
  };
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
