import { minorOf } from '../../fleet/check/machines';
import { checkPin } from '../../fleet/check/pins';
import type { Problem } from '../../problem';
import { checkCniPins } from '../boot';
import { cloudControllerImage } from './boot';
import type { AwsClusterProps } from './props';

/** What is wrong with pinned versions: a first machine installs by itself, and takes none of them. */
export function checkAwsPins(path: string, props: AwsClusterProps): Problem[] {
  const { versions = {}, firstBoot, cni = 'cilium', kubernetesVersion } = props;
  const minor = minorOf(kubernetesVersion) ?? 0;
  return [
    ...checkCniPins(path, firstBoot ? 'none' : cni, versions),
    ...checkPin(path, 'cloudControllerManager', versions.cloudControllerManager, !firstBoot),
    ...checkPin(path, 'cloudControllerManagerImage', versions.cloudControllerManagerImage, !firstBoot, {
      // It has a release for each minor of Kubernetes, and may be one older.
      pattern: new RegExp(`^v1\\.(${minor}|${minor - 1})\\.\\d+$`),
      example: cloudControllerImage(kubernetesVersion) ?? 'v1.34.3',
    }),
    ...checkPin(path, 'ebsCsi', versions.ebsCsi, !firstBoot),
  ];
}
