const { spawnSync } = require('node:child_process');
const { chmodSync, existsSync, rmSync } = require('node:fs');
const path = require('node:path');

/*
 * Compiles lib/, which holds the command `fleetwright`: after `npm ci` and before `npm pack`, by `prepare`.
 *
 * After `npm ci --omit=dev` there is no TypeScript to do so, and that is no error; for `npm pack` it is one.
 */

const root = path.dirname(__dirname);
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');

if (/^(ci|install)$/.test(process.env.npm_command) && !existsSync(compiler)) {
  console.log('fleetwright: no TypeScript, so that lib/ and its command are not made');
} else {
  // What has no source any more would stay, and be packed.
  rmSync(path.join(root, 'lib'), { recursive: true, force: true });
  const args = [compiler, '--project', path.join(root, 'tsconfig.build.json')];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  // npx remembers the file, and does not ask again whether it may be run.
  if (status === 0) chmodSync(path.join(root, 'lib/cli/main.js'), 0o755);
  process.exitCode = status ?? 1;
}
