#!/usr/bin/env node
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { FleetError } from '../constructs';
import { validateTree } from './validate/validate';

const USAGE = `Usage: fleetwright <command> [options]

Commands:
  validate [dist]   judge every document of a rendered fleet by the pinned schemas, offline

Options:
  --base <folder>   dist as it was before a change: also report what the change would lose
  -h, --help        show this
  --verbose         show stack traces

Examples:
  npx cdk8s synth && npx fleetwright validate
  npx fleetwright validate path/to/dist
  mkdir base && git archive origin/main dist | tar -x -C base && npx fleetwright validate --base base/dist

Exit status: 0 all is well, 1 problems were found, 2 the command was not understood.
`;

/** Runs the command line and returns its exit status. */
export function main(args: readonly string[]): number {
  let verbose = false;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        base: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        verbose: { type: 'boolean' },
      },
    });
    verbose = values.verbose ?? false;
    const [command, dist = 'dist', ...rest] = positionals;
    if (values.help) return print(USAGE);
    if (command !== 'validate' || rest.length > 0) return fail(USAGE, 2);
    const { documents, unknownKinds } = validateTree(dist, schemaFolder(), values.base);
    const unjudged = unknownKinds.map((kind) => `  no schema for ${kind}: not judged\n`).join('');
    const kept = values.base === undefined ? '' : `  no cluster is lost by the change from ${values.base}\n`;
    return print(`${dist}/: ${documents} documents match their schemas\n${unjudged}${kept}`);
  } catch (error) {
    if (error instanceof FleetError) return fail(`${error.message}${verbose ? `\n${error.stack}\n` : ''}`, 1);
    if (String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')) {
      return fail(`${(error as Error).message}\n\n${USAGE}`, 2);
    }
    throw error;
  }
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

if (require.main === module) process.exitCode = main(process.argv.slice(2));
