import fc from 'fast-check';
import * as jsYaml from 'js-yaml';
import { parse } from 'yaml';
import { toYaml } from '../../constructs/emit/yaml';

/** Words and shapes that a YAML 1.1 or 1.2 reader takes for something else when they are not quoted. */
const traps = [
  ...['yes', 'no', 'on', 'off', 'y', 'n', 'Y', 'N', 'true', 'True', 'null', '~', '', ' ', 'true '],
  ...['0o7', '0777', '089', '0x1f', '0b101', '1_000', '685_230.15', '12:30:45', '190:20:30', '20:30.15'],
  ...[
    '.5',
    '-.5',
    '1.',
    '1e3',
    '1.e3',
    '1e+21',
    '1.0e+21',
    '+1',
    '-1',
    '.inf',
    '-.INF',
    '.nan',
    'infinity',
    'E0',
    'e-3',
  ],
  ...['2001-01-01', '2001-12-14t21:59:43.10-05:00', '=', '<<', '-', '--', '---', '...', '- a', '? a', '?'],
  ...['a: b', 'a:', ':a', 'a #b', '#x', 'a -b', 'a, b', '[a]', '{a', '}', ']', '!x', '&a', '*a', '|', '>'],
  ...['%', '@', '`', '"', "'", 'key=val', '--flag=x', 'a/b:c@d', '\\', '\ta', 'a\u00a0b', '😀'],
  ...[
    'a\nb',
    'a\n',
    'a\n\n',
    '\n',
    '\n\n',
    'a \nb',
    ' a\nb',
    '\na',
    'a\r\nb',
    'a\n\n\nb',
    'a\n---\nb',
    'a\n# x',
  ],
  ...[
    'a\n\tb',
    'a\n b\n  c',
    'a\u2028b\nc',
    'a\u0085b\nc',
    'a\ufeff\nb',
    '😀\nb',
    '\u007f',
    '\u0000',
    '# a\nb',
  ],
];

const text = fc.oneof(
  fc.constantFrom(...traps),
  fc.string(),
  fc.string({ unit: 'binary' }).map((words) => words.toWellFormed()),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', ':', '-', '#', "'", '"', '\t', '0', '_', '.') }),
);
const key = text.filter((name) => name !== '__proto__');
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
}));

const manifest = fc.record({ apiVersion: text, kind: text, spec: value });

describe('toYaml', () => {
  it('means the same to a YAML 1.1 and two YAML 1.2 readings', () => {
    fc.assert(
      fc.property(manifest, (written) => {
        const yaml = toYaml(written);
        const expected = zeroWithoutSign(written);
        expect(parse(yaml, { version: '1.1', merge: false })).toEqual(expected);
        expect(parse(yaml, { version: '1.2' })).toEqual(expected);
        expect(jsYaml.load(yaml)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('stays one document when manifests are joined', () => {
    fc.assert(
      fc.property(fc.array(manifest, { minLength: 1, maxLength: 4 }), (written) => {
        const stream = written.map((one) => `---\n${toYaml(one)}`).join('');
        expect(jsYaml.loadAll(stream)).toEqual(written.map(zeroWithoutSign));
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(manifest, (written) => {
        expect(toYaml(reverseKeys(written) as object)).toBe(toYaml(written));
      }),
    );
  });

  it('writes what a person would write', () => {
    const yaml = toYaml({
      spec: {
        script: 'set -eu\necho hi\n',
        args: ['--a=b', 'plain words', '8080'],
        on: 'yes',
        empty: {},
        list: [],
      },
      kind: 'Example',
      metadata: { name: 'a' },
      apiVersion: 'example.com/v1',
    });
    expect(yaml).toBe(`apiVersion: example.com/v1
kind: Example
metadata:
  name: a
spec:
  args:
  - "--a=b"
  - plain words
  - "8080"
  empty: {}
  list: []
  "on": "yes"
  script: |
    set -eu
    echo hi
`);
  });

  it('leaves out what is undefined or null', () => {
    expect(toYaml({ kind: 'A', a: undefined, b: null, c: { d: undefined } })).toBe('kind: A\nc: {}\n');
  });

  it.each([
    ['NaN', { spec: { replicas: Number.NaN } }, '/spec/replicas is NaN'],
    ['infinity', { spec: [Number.POSITIVE_INFINITY] }, '/spec/0 is Infinity'],
    ['a function', { data: { f: parse } }, '/data/f is a function: YAML carries plain data only'],
    ['a class instance', { spec: { when: new Date(0) } }, '/spec/when is a Date'],
    ['half a character', { data: { a: 'x\ud800' } }, 'holds half a character'],
    [
      'a key that readers refuse',
      { data: { ['k'.repeat(1025)]: 'x' } },
      '/data has a key of 1025 characters',
    ],
    ['a big integer', { spec: { size: 1n } }, '/spec/size is a bigint'],
  ])('refuses %s and names the place', (_, written, message) => {
    expect(() => toYaml(written)).toThrow(message);
  });
});

/** YAML has a negative zero, JSON (which Kubernetes reads) has none. */
function zeroWithoutSign(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reverseKeys(member)]),
  );
}
