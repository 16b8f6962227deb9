import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../support/folder';

describe('the repository', () => {
  it.each(['clusters', 'apps'])('lists every file of %s/ that adds something in its index', (folder) => {
    const index = fs.readFileSync(path.join(ROOT, folder, 'index.ts'), 'utf8');
    const files = fs.readdirSync(path.join(ROOT, folder)).filter((file) => file !== 'index.ts');
    const adding = files.filter((file) =>
      fs.readFileSync(path.join(ROOT, folder, file), 'utf8').includes('(fleet: Fleet)'),
    );
    expect(adding.length).toBeGreaterThan(2);
    for (const file of adding) expect(index).toContain(`from './${path.basename(file, '.ts')}';`);
  });

  it('locks the packages of every platform: npm leaves out those that it did not need itself', () => {
    const lock = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const locked = new Set(
      Object.keys(lock.packages).map((name) => name.slice(name.lastIndexOf('node_modules/') + 13)),
    );
    const optional = Object.values(lock.packages).flatMap((one) =>
      Object.keys(one.optionalDependencies ?? {}),
    );
    expect(optional.length).toBeGreaterThan(50);
    expect(optional.filter((name) => !locked.has(name))).toEqual([]);
  });
});
