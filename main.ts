import * as apps from './apps';
import * as clusters from './clusters';
import { addAll, Fleet, run } from './constructs';

/** The reference fleet: every function that `clusters/` and `apps/` export adds one cluster or app. */
export function build(outdir?: string): Fleet {
  const fleet = new Fleet({
    outdir,
    source: {
      url: 'ssh://git@github.com/example/fleet',
      branch: 'main',
      secretName: 'fleet-git',
      charts: 'charts',
    },
  });
  addAll(fleet, 'clusters', clusters);
  addAll(fleet, 'apps', apps);
  return fleet;
}

if (require.main === module) run(() => build(process.argv[2]));
