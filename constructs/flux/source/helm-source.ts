import type { Construct } from 'constructs';
import { HelmRepository, type HelmRepositorySpec } from '../../../imports/source.toolkit.fluxcd.io';
import { checkFields } from '../../fleet/check/fields';
import { checkObjectName } from '../../fleet/check/names';
import type { Plain } from '../../plain';
import { addCheck } from '../../problem';
import { checkDuration } from '../duration';
import { HELM } from './fields';
import { type SourceProps, secretRef, sourceMetadata } from './props';
import { checkUrl } from './url';

/** Properties of a `HelmSource`. */
export interface HelmSourceProps extends SourceProps {
  /** An `https://` address of a chart repository, or the `oci://` one of the folder that holds the charts. */
  readonly url: string;
  /** How often to fetch the index, a Go duration. An `oci://` repository has none. @default 1h */
  readonly interval?: string;
}

/**
 * A Flux `HelmRepository`. For one chart in an OCI registry an `OciSource` does more: it can pin a digest
 * and verify a signature.
 *
 * @see https://fluxcd.io/flux/components/source/helmrepositories/
 */
export class HelmSource extends HelmRepository {
  constructor(scope: Construct, id: string, props: HelmSourceProps) {
    const { url, secretName, interval = '1h' } = props;
    const oci = typeof url === 'string' && url.startsWith('oci://');
    const spec: Plain<HelmRepositorySpec> = {
      type: oci ? 'oci' : 'default',
      url,
      interval: oci ? undefined : interval,
      secretRef: secretRef(secretName),
    };
    super(scope, id, { metadata: sourceMetadata(props), spec: spec as HelmRepositorySpec });
    const { path } = this.node;
    const shape = checkFields(path, '', props, HELM);
    addCheck(this, () =>
      shape.length > 0
        ? shape
        : [
            ...checkUrl(path, 'url', url, ['https', 'oci']),
            ...checkObjectName(path, 'secretName', secretName),
            ...checkDuration(path, 'interval', interval),
          ],
    );
  }
}
