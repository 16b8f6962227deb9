/** What a registry wants to be shown. */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What stands between commas, of which some are quoted. */
const PART = /(?:"(?:[^"\\]|\\.)*"|[^",])+/g;

/** A scheme, a parameter, or the one before the other. */
const STEP = /^\s*(?:([A-Za-z][\w-]*)(?:\s+(?!=)|$))?(?:([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+)))?/;

/**
 * Reads the first challenge of a `WWW-Authenticate` header that can be met: others may come before it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenge(header: string): Challenge | undefined {
  const challenges: (Challenge & { parameters: Record<string, string> })[] = [];
  for (const [part] of header.matchAll(PART)) {
    const [, scheme, name, quoted, plain] = STEP.exec(part.trim()) ?? [];
    if (scheme) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    const last = challenges.at(-1);
    if (name && last) {
      last.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    }
  }
  return challenges.find(({ scheme }) => scheme === 'basic' || scheme === 'bearer');
}
