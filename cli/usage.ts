import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../constructs/fleet/check';

/** A command line that cannot be understood. */
export class UsageError extends Error {}

type Parsed<T extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: T }>
>;

/**
 * Takes the options of a command from its arguments.
 *
 * @throws UsageError for an option that there is none of, or that has no value, or one too many
 */
export function parsed<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
): Parsed<T> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const [, option = ''] = /'(-[^' ]*)/.exec(message) ?? [];
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`unknown option ${option}${didYouMean(option, names)}`);
    }
    throw new UsageError(`${option} ${/not take/.test(message) ? 'takes no value' : 'wants a value'}`);
  }
}
