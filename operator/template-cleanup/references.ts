import { REFERRERS } from '../../constructs/cluster-api/template-cleanup/kinds';
import type { Api, ApiObject } from './api';
import type { Reference } from './decide';

/** Where a control plane and a pool (a set of machines of one version, too) name their templates. */
interface Machines {
  readonly infrastructureRef?: Partial<Reference>;
  readonly bootstrap?: { readonly configRef?: Partial<Reference> };
}

/** Everything that control planes, pools and their earlier versions refer to. */
export async function readReferences(api: Api): Promise<Reference[]> {
  const { controlPlanes, deployments, sets } = REFERRERS;
  const found = (await api.list(controlPlanes)).flatMap((object) => {
    const { machineTemplate } = Object(object.spec) as {
      readonly machineTemplate?: { readonly spec?: Machines };
    };
    return referencesOf(object, machineTemplate?.spec);
  });
  for (const kind of [deployments, sets]) {
    for (const object of await api.list(kind)) {
      const { template } = Object(object.spec) as { readonly template?: { readonly spec?: Machines } };
      found.push(...referencesOf(object, template?.spec));
    }
  }
  return found;
}

function referencesOf(object: ApiObject, machines: Machines | undefined): Reference[] {
  const { infrastructureRef, bootstrap } = machines ?? {};
  return [
    wholeOf(object, infrastructureRef),
    ...(bootstrap?.configRef ? [wholeOf(object, bootstrap.configRef)] : []),
  ];
}

/** A reference that cannot be read might be to anything. */
function wholeOf({ kind, metadata }: ApiObject, reference?: Partial<Reference>): Reference {
  const { apiGroup, kind: to, name } = reference ?? {};
  if (!apiGroup || !to || !name)
    throw new Error(`${kind} ${metadata.name} refers to a template in an unknown way`);
  return { apiGroup, kind: to, name };
}
