import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/folder';
import { removeScratch, scratchFolder } from './scratch';

const folder = temporaryFolder('scratch');

test('a scratch folder stays while its process runs, and nothing else is taken for one', () => {
  const own = scratchFolder(path.join(folder, 'etcd-1234'));
  const others = ['etcd-1234', 'etcd-1234.AbC123', 'fleetwright-x.12-', 'moto.1-2-abc.def'].map((name) =>
    path.join(folder, name),
  );
  const left = path.join(folder, `etcd-1234.${process.pid}-1-AbC123`);
  for (const each of [...others, left]) mkdirSync(each);
  removeScratch(folder, 'other-');
  expect(existsSync(left)).toBe(true);
  removeScratch(folder);
  expect([own, ...others].filter((each) => !existsSync(each))).toEqual([]);
  expect(existsSync(left)).toBe(false);
});
