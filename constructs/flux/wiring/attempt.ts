import { FleetError, type Problem } from '../../problem';

/** Runs what people wrote; what it throws is one more problem, not the end of the search for others. */
export function attempt(path: string, define: () => unknown): Problem[] {
  try {
    const result = define();
    return result instanceof Promise ? [late(path, result)] : [];
  } catch (cause) {
    if (cause instanceof FleetError) return [...cause.problems];
    return [
      {
        code: 'define-failed',
        path,
        field: 'define',
        value: undefined,
        problem: `threw: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy:
          'run `npx tsc --noEmit`, and correct the function; FLEETWRIGHT_VERBOSE=1 shows the stack trace',
        cause,
      },
    ];
  }
}

/** What comes after an `await` comes after the files are written, and Flux would prune it. */
function late(path: string, result: Promise<unknown>): Problem {
  result.catch(() => undefined);
  return {
    code: 'define-async',
    path,
    field: 'define',
    value: undefined,
    problem: 'is async: what it adds later would be missing',
    remedy: 'make it a plain function, and have what it needs before the fleet is built',
  };
}
