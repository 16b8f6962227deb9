const LONGEST_TEXT = 200;

/** A server's own words as they may be printed: on one line, short, without what steers a terminal or logs in. */
export function cleaned(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\b(Basic|Bearer)\s+\S+/gi, '$1 ...')
    .replace(/\/\/[^/@\s]*@/g, '//...@');
  return plain.length > LONGEST_TEXT ? `${plain.slice(0, LONGEST_TEXT)}...` : plain;
}

/** An address as it may be printed: a name and password are left out, and what follows a `?` and may open an upload. */
export function shown(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.search = '';
  bare.hash = '';
  return cleaned(bare.href);
}

/** Whether an address holds a name or password. */
export function hasLogin({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

/** Whether a token can stand in a header; one that cannot would be quoted by the error. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
