import * as fs from 'node:fs';
import { FleetError } from '../../constructs';
import type { Kubectl } from './kubectl';

/** @throws FleetError when the kubeconfig that was named is no file */
export function checkKubeconfig(file: string | undefined): void {
  if (file === undefined || fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  throw missing(file, 'is no file', 'name the kubeconfig of the management cluster by --kubeconfig');
}

/** @throws FleetError when kubectl knows no cluster at all */
export async function checkContexts(kubectl: Kubectl): Promise<void> {
  const { contexts } = JSON.parse(await kubectl.output(['config', 'view', '--output=json']));
  if (contexts?.length > 0) return;
  throw missing(
    'kubectl',
    'has no kubeconfig, or one without a context, so that it knows no cluster',
    "name the management cluster's by --kubeconfig, or by KUBECONFIG: whoever made the cluster has it",
  );
}

function missing(path: string, problem: string, remedy: string): FleetError {
  const at = { path, field: '', value: undefined };
  return new FleetError([{ ...at, code: 'kubeconfig-missing', problem, remedy }]);
}
