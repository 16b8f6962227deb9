import type { Problem } from '../../problem';
import { checkRole } from '../../redis-backup/check-identity';
import { ADD_ON_NAMES } from './add-ons';
import type { EksAddOn, EksAddOns } from './props';

/** Versions in full, and the role that makes volumes. */
export function checkAddOns(path: string, addOns: EksAddOns): Problem[] {
  return [
    ...(Object.entries(addOns) as [keyof EksAddOns, EksAddOn][]).flatMap(([key, { version }]) =>
      checkVersion(path, key, version),
    ),
    ...checkRole(path, 'addOns.ebsCsi.serviceAccountRole', addOns.ebsCsi.serviceAccountRole),
  ];
}

function checkVersion(path: string, key: keyof EksAddOns, value: string): Problem[] {
  if (/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(value)) return [];
  return [
    {
      code: 'add-on-version',
      path,
      field: `addOns.${key}.version`,
      value,
      problem: `is no exact version of ${ADD_ON_NAMES[key]}`,
      remedy: `write it like v1.2.3-eksbuild.4; aws eks describe-addon-versions --addon-name ${ADD_ON_NAMES[key]} lists them`,
    },
  ];
}
