import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { notPushed } from '../../../cli/bootstrap/pushed';
import { temporaryFolder } from '../../support/folder';

describe('what Flux would not find', () => {
  const folder = temporaryFolder('pushed');
  const clone = path.join(folder, 'clone');
  const dist = path.join(clone, 'dist');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      stdio: 'pipe',
    });
  const write = (text: string) => fs.writeFileSync(path.join(dist, 'a.yaml'), text);

  it('is told of a work tree, and of nothing else', () => {
    fs.mkdirSync(dist, { recursive: true });
    write('a: 1\n');
    expect(notPushed(dist)).toEqual([]);

    execFileSync('git', ['init', '-q', '--bare', path.join(folder, 'server')]);
    git('init', '-q', '--initial-branch=main');
    expect(notPushed(dist)).toEqual([
      `${dist} has changes that are not committed: Flux reads what was pushed`,
    ]);

    git('add', '.');
    git('commit', '-q', '-m', 'one');
    git('push', '-q', '-u', path.join(folder, 'server'), 'main');
    git('remote', 'add', 'origin', path.join(folder, 'server'));
    git('fetch', '-q', 'origin');
    git('branch', '-q', '--set-upstream-to=origin/main');
    expect(notPushed(dist)).toEqual([]);

    fs.writeFileSync(path.join(clone, 'other'), '');
    expect(notPushed(dist)).toEqual([]);
    write('a: 2\n');
    git('commit', '-q', '-a', '-m', 'two');
    expect(notPushed(dist)).toEqual(['commits that are not pushed: 1; Flux reads what was: git push']);
  });
});
