import * as apps from './apps';
import * as clusters from './clusters';
import { Fleet, run } from './constructs';

/** The reference fleet: every function that `clusters/` and `apps/` export adds one cluster or app. */
export function build(outdir?: string): Fleet {
  const fleet = new Fleet({
    outdir,
    source: { url: 'ssh://git@github.com/example/fleet', branch: 'main', secretName: 'fleet-git' },
  });
  for (const add of [...Object.values(clusters), ...Object.values(apps)]) add(fleet);
  return fleet;
}

if (require.main === module) run(() => build(process.argv[2]));
