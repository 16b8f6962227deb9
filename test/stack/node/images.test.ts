import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/folder';
import { makeImage } from './images';

const cache = temporaryFolder('images');
const before = process.env.FLEETWRIGHT_CACHE;
beforeAll(() => {
  process.env.FLEETWRIGHT_CACHE = cache;
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => {
  if (before === undefined) delete process.env.FLEETWRIGHT_CACHE;
  else process.env.FLEETWRIGHT_CACHE = before;
  jest.restoreAllMocks();
});

const make = jest.fn(async (scratch: string) => writeFileSync(path.join(scratch, 'image.tar'), ''));

test('an archive is made once for its content, and goes when nobody has wanted it for long', async () => {
  const first = await makeImage('x.test/a:1', ['one'], make);
  expect(await makeImage('x.test/a:1', ['one'], make)).toBe(first);
  expect(make).toHaveBeenCalledTimes(1);
  const second = await makeImage('x.test/a:1', ['two'], make);
  expect([first, second].map(existsSync)).toEqual([true, true]);

  const longAgo = new Date(Date.now() - 3 * 3600 * 1000);
  const other = path.join(cache, 'images', 'x.test-a-10-0123456789abcdef');
  mkdirSync(other);
  for (const folder of [path.dirname(first), other]) utimesSync(folder, longAgo, longAgo);
  await makeImage('x.test/a:1', ['two'], make);
  expect([first, second, other].map(existsSync)).toEqual([false, true, true]);
});
