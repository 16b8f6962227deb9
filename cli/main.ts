#!/usr/bin/env node
import * as path from 'node:path';
import { FleetError } from '../constructs';
import { notLookedAt } from '../constructs/fleet/change';
import { didYouMean } from '../constructs/fleet/check';
import { BOOTSTRAP_USAGE, bootstrapCommand } from './bootstrap/command';
import { PUSH_USAGE, pushCommand } from './push/command';
import { parsed, UsageError } from './usage';
import { validateTree } from './validate/validate';

const USAGE = `Usage: fleetwright <command> [options]

Commands:
  validate [dist]   judge every document of a rendered fleet by the pinned schemas, offline
  push [oci://...]  push the folder of each cluster to a registry; see fleetwright push --help
  bootstrap         give the management cluster Flux and its folder; see fleetwright bootstrap --help

Options:
  --base <folder>   dist as it was before a change: also report what the change would lose
  -h, --help        show this
  --verbose         show stack traces

Examples:
  npx cdk8s synth && npx fleetwright validate
  npx fleetwright validate path/to/dist
  mkdir -p build/base && git archive origin/main dist | tar -x -C build/base
  npx fleetwright validate --base build/base/dist
  npm run validate -- --base build/base/dist
  npx fleetwright push --dry-run
  npx fleetwright bootstrap --context management

Exit status: 0 all is well, 1 problems were found, 2 the command was not understood.
`;

/** Of the commands that have a page of their own. */
const USAGES: Readonly<Record<string, string>> = { push: PUSH_USAGE, bootstrap: BOOTSTRAP_USAGE };

const COMMANDS = ['validate', ...Object.keys(USAGES)];

/** Where to read on, for who wrote something that is not understood. */
function helpOf(command = ''): string {
  const [first = ''] = (USAGES[command] ?? USAGE).split('\n');
  const page = command in USAGES ? `fleetwright ${command}` : 'fleetwright';
  return `${first}\nAll of it: npx ${page} --help\n`;
}

/** Runs the command line and returns its exit status. */
export async function main(all: readonly string[]): Promise<number> {
  const args = all.filter((arg) => arg !== '--verbose');
  const [command] = args;
  const usage = USAGES[command ?? ''] ?? USAGE;
  if (args.includes('--help') || args.includes('-h')) return print(usage);
  try {
    if (command === 'push') await pushCommand(args.slice(1));
    else if (command === 'bootstrap') await bootstrapCommand(args.slice(1));
    else if (command === 'validate') validate(args.slice(1));
    else if (command === undefined) return fail(USAGE, 2);
    else throw new UsageError(`unknown command ${command}${didYouMean(command, COMMANDS)}`);
    return 0;
  } catch (error) {
    if (error instanceof FleetError) {
      return fail(`${error.message}${args.length < all.length ? `\n${error.stack}\n` : ''}`, 1);
    }
    if (error instanceof UsageError) return fail(`${error.message}\n\n${helpOf(command)}`, 2);
    throw error;
  }
}

function validate(args: readonly string[]): void {
  const { values, positionals } = parsed(args, { base: { type: 'string' } });
  if (values.base === undefined) checkNpm(positionals);
  const [dist = 'dist', ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`validate takes one folder, not ${positionals.length}`);
  const { documents, unknownKinds, notes, forgotten } = validateTree(dist, schemaFolder(), values.base);
  const unjudged = unknownKinds.map((kind) => `  no schema for ${kind}: not judged\n`).join('');
  const passed = forgotten.map((name) => `  ! ${notLookedAt(name)}\n`).join('');
  const what = forgotten.length > 0 ? 'nothing else' : 'no cluster';
  const kept = values.base === undefined ? '' : `  ${what} is lost by the change from ${values.base}\n`;
  const judged = notes.map((note) => `  ${note}\n`).join('');
  print(`${dist}/: ${documents} documents match their schemas\n${judged}${unjudged}${passed}${kept}`);
}

/** npm takes an option before `--` for its own, and leaves the folder behind it as if it were `dist`. */
function checkNpm(positionals: readonly string[]): void {
  const { npm_config_base: taken } = process.env;
  if (taken === undefined) return;
  const base = taken === 'true' ? (positionals.at(-1) ?? '<folder>') : taken;
  throw new UsageError(
    `npm took --base for itself, so that nothing would be compared: npm run validate -- --base ${base}`,
  );
}

/** The schemas that the package carries: beside this file's folder in the repository, above `lib/` when installed. */
function schemaFolder(): string {
  const root = path.basename(path.dirname(__dirname)) === 'lib' ? '../..' : '..';
  return path.join(__dirname, root, 'imports', 'schemas');
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(text: string, status: number): number {
  process.stderr.write(text);
  return status;
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
