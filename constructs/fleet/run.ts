import { addCheck, FleetError } from '../problem';
import type { Fleet } from './fleet';

/**
 * Calls every function that a folder's index exports with the fleet. An export that is no function, such as
 * one whose file calls it by another name, is a problem of the fleet.
 *
 * @param folder the folder's name, for problems
 */
export function addAll(fleet: Fleet, folder: string, exports: Readonly<Record<string, unknown>>): void {
  for (const [name, add] of Object.entries(exports)) {
    if (typeof add === 'function') {
      add(fleet);
      continue;
    }
    addCheck(fleet, () => [
      {
        code: 'export-unusable',
        path: `${folder}/index.ts`,
        field: name,
        value: add,
        problem: 'is no function that takes the fleet',
        remedy: 'export the function under the name that its file gives it',
      },
    ]);
  }
}

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
