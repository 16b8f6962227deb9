import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/folder';
import { gitEnvironment, Repository } from './repository';

const scratch = temporaryFolder('repository');
const own = (...names: string[]) => path.join(scratch, ...names);
const git = (...args: string[]) =>
  execFileSync('git', args, { env: gitEnvironment(scratch), encoding: 'utf8' }).trim();

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test("what a hook of git exports, and a user's settings, do not reach the repositories of a run", async () => {
  const users = own('users');
  git('init', '--quiet', users);
  mkdirSync(own('hooks'));
  writeFileSync(own('hooks', 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  writeFileSync(own('config'), `[core]\n  hooksPath = ${own('hooks')}\n`);
  process.env.GIT_DIR = path.join(users, '.git');
  process.env.GIT_INDEX_FILE = path.join(users, '.git', 'index');
  process.env.GIT_CONFIG_GLOBAL = own('config');

  const repository = await Repository.create(own('served'), 'fleet', own('fleet'));
  const commit = await repository.commit('A change');

  expect(git('-C', own('served', 'fleet.git'), 'rev-parse', 'main')).toBe(commit);
  expect(git('-C', users, 'for-each-ref')).toBe('');
});
