import { didYouMean } from '../../fleet/check/names';
import type { Problem } from '../../problem';

/** The parts of regions' names. New numbers appear every year, new areas hardly. */
const AREAS = [
  ...['af', 'ap', 'ca', 'cn', 'eu', 'eusc-de', 'il', 'me', 'mx', 'sa', 'us'],
  ...['us-gov', 'us-iso', 'us-isob', 'us-isof', 'eu-isoe'],
];
const DIRECTIONS = ['north', 'south', 'east', 'west', 'central'].flatMap((a) =>
  a === 'north' || a === 'south' ? [a, `${a}east`, `${a}west`] : [a],
);

/** @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
export function checkRegion(path: string, value: string): Problem[] {
  const [, area = '', direction = ''] = /^(.*)-([a-z]+)-\d$/.exec(value) ?? [];
  if (AREAS.includes(area) && DIRECTIONS.includes(direction)) return [];
  const near = [...new Set([area, ...AREAS])].flatMap((a) =>
    DIRECTIONS.map((d) => `${a}-${d}-${/\d$/.exec(value)?.[0] ?? 1}`),
  );
  const known = near.filter((name) =>
    AREAS.some((a) => DIRECTIONS.some((d) => name.startsWith(`${a}-${d}-`))),
  );
  return [
    {
      code: 'region-unknown',
      path,
      field: 'region',
      value,
      problem: 'is no AWS region',
      remedy: `write it like eu-central-1${didYouMean(value, known)}`,
    },
  ];
}

/** Zones of the region, each once. */
export function checkZones(path: string, field: string, zones: readonly string[], region: string): Problem[] {
  if (zones.length === 0) {
    return [
      {
        code: 'zones-empty',
        path,
        field,
        value: zones,
        problem: 'names no availability zone',
        remedy: `list at least one, such as ${region}a`,
      },
    ];
  }
  return zones.flatMap((zone, i) => {
    const at = { path, field: `${field}[${i}]`, value: zone };
    if (zones.indexOf(zone) < i) {
      return [{ ...at, code: 'zone-duplicate', problem: 'is listed twice', remedy: 'list it once' }];
    }
    if (zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length))) return [];
    return [
      {
        ...at,
        code: 'zone-malformed',
        problem: `is no availability zone of ${region}`,
        remedy: `write the region and a letter, such as ${region}a; local zones are none`,
      },
    ];
  });
}
