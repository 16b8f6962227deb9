import { spawnSync } from 'node:child_process';

/**
 * What Flux would not find of a rendered fleet: it reads the branch of a server, and not this folder. Nothing is said
 * where there is no git, or no branch to compare with.
 */
export function notPushed(dist: string): string[] {
  const said: string[] = [];
  const changes = git(dist, ['status', '--porcelain', '--', '.']);
  if (changes) said.push(`${dist} has changes that are not committed: Flux reads what was pushed`);
  const ahead = git(dist, ['rev-list', '--count', '@{upstream}..HEAD']);
  if (ahead && ahead !== '0')
    said.push(`commits that are not pushed: ${ahead}; Flux reads what was: git push`);
  return said;
}

/** What git says in a folder, or nothing where it fails. */
function git(folder: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
