import { dump } from 'js-yaml';
import { FLUX_VERSION } from '../../../constructs/versions';
import { fluxManifests } from '../flux-manifests';
import type { PushedArtifact } from '../registry';

/** The artifact of Flux's install manifests, as the Flux project pushes it to ghcr.io. */
export async function fluxArtifact(modules: ReadonlyMap<string, string>): Promise<PushedArtifact> {
  const text = (await fluxManifests(modules)).map((object) => dump(object)).join('---\n');
  return {
    repository: 'fluxcd/flux-manifests',
    tag: FLUX_VERSION,
    files: { 'gotk-components.yaml': text },
  };
}
