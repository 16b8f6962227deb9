import type { Problem } from '../../problem';
import type { Cluster } from '../cluster';

/** The exact version of a chart. */
const CHART = /^v?\d+\.\d+\.\d+(-[0-9a-z]+([.-][0-9a-z]+)*)?$/;

const FLUX = /^v\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/;

/** What is wrong with the version of Flux that a cluster is pinned to. */
export function checkFluxPin(path: string, { flux, fluxVersion }: Cluster): Problem[] {
  return checkPin(path, 'flux', fluxVersion, flux === 'hub', { pattern: FLUX, example: 'v2.7.5' });
}

/** What an exact version looks like. */
interface Exact {
  readonly pattern: RegExp;
  readonly example: string;
}

/**
 * What is wrong with a pinned version.
 *
 * @param used whether the management cluster installs that on the cluster at all
 */
export function checkPin(
  path: string,
  name: string,
  version: string | undefined,
  used: boolean,
  { pattern, example }: Exact = { pattern: CHART, example: '1.20.2' },
): Problem[] {
  if (version === undefined) return [];
  const at = { path, field: `versions.${name}`, value: version };
  if (!used) {
    return [
      {
        ...at,
        code: 'pin-unused',
        problem: 'is the version of what the management cluster does not install there',
        remedy: 'remove it',
      },
    ];
  }
  if (pattern.test(version)) return [];
  return [
    {
      ...at,
      code: 'pin-malformed',
      problem: 'is no exact version of it',
      remedy: `write it in full, like ${example}`,
    },
  ];
}
