import { FleetError } from '../problem';
import type { Fleet } from './fleet';

/**
 * Builds a fleet and synthesizes it: the whole of a `main.ts`. Problems are printed to stderr without a
 * stack trace and end the process with status 1; FLEETWRIGHT_VERBOSE=1 adds the stack of what caused them.
 */
export function run(build: () => Fleet): void {
  try {
    build().synth();
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    process.stderr.write(`\n${error.message}\nNothing was written.\n`);
    if (process.env.FLEETWRIGHT_VERBOSE) {
      for (const { cause } of error.problems)
        if (cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
    }
    process.exitCode = 1;
  }
}
