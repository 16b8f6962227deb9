import { FleetError, type Problem } from '../../problem';

/** Runs what people wrote; what it throws is one more problem, not the end of the search for others. */
export function attempt(path: string, define: () => void): Problem[] {
  try {
    define();
    return [];
  } catch (cause) {
    if (cause instanceof FleetError) return [...cause.problems];
    return [
      {
        code: 'define-failed',
        path,
        field: 'define',
        value: undefined,
        problem: `threw: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: 'correct the function; FLEETWRIGHT_VERBOSE=1 shows the stack trace',
        cause,
      },
    ];
  }
}
