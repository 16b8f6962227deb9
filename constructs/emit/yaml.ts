/**
 * Writes one Kubernetes manifest as YAML, block style, keys sorted (apiVersion, kind and metadata first).
 *
 * What it writes means the same to YAML 1.2 and to YAML 1.1 readers, Flux among them: every string that
 * either would take for another type is quoted. `undefined` and `null` members are left out, as cdk8s does.
 *
 * @param manifest plain data: objects, arrays, strings, finite numbers, booleans
 * @throws TypeError naming the path of a value that YAML cannot carry (NaN, a function, a class instance)
 */
export function toYaml(manifest: object): string {
  return writeMap(manifest as Plain, '', '', topLevelKeys(manifest as Plain));
}

type Plain = Record<string, unknown>;

const FIRST_KEYS = ['apiVersion', 'kind', 'metadata'];

function topLevelKeys(map: Plain): string[] {
  const rest = Object.keys(map).filter((key) => !FIRST_KEYS.includes(key));
  return [...FIRST_KEYS.filter((key) => key in map), ...rest.sort()];
}

/** A key on one line may be this long (YAML 1.2, 7.4.2). */
const MAX_KEY = 1024;

/** Lines of `key: value`; the first line is not indented when a list item's dash stands before it. */
function writeMap(map: Plain, indent: string, path: string, keys: string[], first = indent): string {
  let out = '';
  let lead = first;
  for (const key of keys) {
    const value = map[key];
    if (value == null) continue;
    if (key.length > MAX_KEY)
      throw new TypeError(`${path} has a key of ${key.length} characters: YAML readers take ${MAX_KEY}`);
    out += lead + quote(key) + ':' + writeMember(value, indent, path, key);
    lead = indent;
  }
  return out;
}

function writeMember(value: unknown, indent: string, path: string, key: string): string {
  if (typeof value === 'string') return ' ' + writeString(value, indent) + '\n';
  if (typeof value !== 'object' || value === null) return ' ' + writeScalar(value, `${path}/${key}`) + '\n';
  const here = `${path}/${key}`;
  if (Array.isArray(value)) {
    return value.length === 0 ? ' []\n' : '\n' + writeList(value, indent, here);
  }
  const keys = memberKeys(value, here);
  return keys.length === 0 ? ' {}\n' : '\n' + writeMap(value as Plain, indent + '  ', here, keys);
}

function writeList(list: readonly unknown[], indent: string, path: string): string {
  let out = '';
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const dash = indent + '- ';
    if (typeof item === 'string') {
      out += dash + writeString(item, indent) + '\n';
    } else if (typeof item !== 'object' || item === null) {
      out += dash + writeScalar(item, `${path}/${i}`) + '\n';
    } else if (Array.isArray(item)) {
      out +=
        item.length === 0 ? dash + '[]\n' : indent + '-\n' + writeList(item, indent + '  ', `${path}/${i}`);
    } else {
      const here = `${path}/${i}`;
      const keys = memberKeys(item, here);
      out += keys.length === 0 ? dash + '{}\n' : writeMap(item as Plain, indent + '  ', here, keys, dash);
    }
  }
  return out;
}

function memberKeys(map: object, path: string): string[] {
  const prototype = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(
      `${path} is a ${map.constructor?.name ?? 'class instance'}: YAML carries plain data only`,
    );
  }
  const keys = Object.keys(map);
  let sorted = true;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    if ((map as Plain)[key] == null) return keys.filter((each) => (map as Plain)[each] != null).sort();
    if (i > 0 && (keys[i - 1] ?? '') > key) sorted = false;
  }
  return sorted ? keys : keys.sort();
}

function writeScalar(value: unknown, path: string): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && Number.isFinite(value)) return writeNumber(value);
  if (value == null) return 'null';
  const shown = typeof value === 'number' ? String(value) : `a ${typeof value}`;
  throw new TypeError(`${path} is ${shown}: YAML carries plain data only`);
}

/** YAML 1.1 takes `1e+21` for a string: a float needs its dot there. */
function writeNumber(value: number): string {
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function writeString(text: string, indent: string): string {
  return text.includes('\n') && isBlockSafe(text) ? writeBlock(text, indent) : quote(text);
}

/**
 * A literal block keeps scripts readable. It cannot carry control characters, and a first line that
 * starts with a space would need an indentation indicator: such text is quoted instead.
 */
function isBlockSafe(text: string): boolean {
  return (
    /^[\x21-\x7e]/.test(text) &&
    !/[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[ ]$|[ ]\n/.test(text)
  );
}

function writeBlock(text: string, indent: string): string {
  const body = text.replace(/\n+$/, '');
  const trailing = text.length - body.length;
  const chomp = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  const inner = indent + '  ';
  const lines = body.split('\n').map((line) => (line === '' ? '' : inner + line));
  return `|${chomp}\n${lines.join('\n')}${trailing > 1 ? '\n'.repeat(trailing - 1) : ''}`;
}

/** Strings that start with a letter, `/` or `./` and hold nothing special need no quotes ... */
const PLAIN =
  /^(?:\.\/)?[A-Za-z/][A-Za-z0-9/._-]*(?: [A-Za-z0-9/._(-][A-Za-z0-9/._()-]*|[:=@,+][A-Za-z0-9/._-]+)*$/;
/** ... unless a YAML reader takes the word for a boolean, null or number (`e3` is one to some). */
const WORD = /^(?:y|yes|n|no|on|off|true|false|null|nan|inf|e[-+]?\d.*)$/i;

const known = new Map<string, string>();

/** Keys and short values repeat a thousandfold in a fleet: each is judged once. */
function quote(text: string): string {
  let quoted = known.get(text);
  if (quoted === undefined) {
    quoted = PLAIN.test(text) && !WORD.test(text) ? text : doubleQuoted(text);
    if (text.length <= 64 && known.size < 50_000) known.set(text, quoted);
  }
  return quoted;
}

const NOT_PRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function doubleQuoted(text: string): string {
  if (!text.isWellFormed())
    throw new TypeError(`${JSON.stringify(text)} holds half a character: it is no Unicode text`);
  return JSON.stringify(text).replace(
    NOT_PRINTABLE,
    (char) => '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}
