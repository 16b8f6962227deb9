/** Does something without the lines that it would write on stderr. */
export function silently<T>(act: () => T): T {
  const { write } = process.stderr;
  process.stderr.write = () => true;
  try {
    return act();
  } finally {
    process.stderr.write = write;
  }
}
