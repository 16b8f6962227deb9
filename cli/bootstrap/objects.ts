import * as fs from 'node:fs';
import { type Document, LineCounter, parseAllDocuments, visit, type YAMLError } from 'yaml';
import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';

/**
 * Every object of a YAML file. No message quotes what is in it: it may be a Secret.
 *
 * @throws FleetError when it is no YAML, or what it says depends on aliases and tags
 */
export function readObjects(file: string, text = fs.readFileSync(file, 'utf8')): Manifest[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines })
    .map((document) => {
      const problem = problemOf(document, lines);
      if (problem) throw malformed(file, problem);
      return document.toJS() as unknown;
    })
    .filter((object) => object !== null)
    .map((object) => asObject(file, object));
}

/** An object as Kubernetes has it. @throws FleetError when it is none */
export function asObject(file: string, object: unknown): Manifest {
  const { kind, apiVersion } = Object(object) as Partial<Manifest>;
  if (typeof kind === 'string' && typeof apiVersion === 'string') return object as Manifest;
  throw malformed(file, 'holds something without apiVersion and kind');
}

function problemOf(document: Document.Parsed, lines: LineCounter): string | undefined {
  const [tag] = [...document.errors, ...document.warnings].filter(
    ({ code }) => code === 'TAG_RESOLVE_FAILED',
  );
  if (tag) return unquoted('a tag', '!', lineOf(tag, lines));
  let alias: string | undefined;
  visit(document, {
    Alias: (_, { range }) => {
      alias = unquoted('an alias', '*', lines.linePos(range?.[0] ?? 0).line);
      return visit.BREAK;
    },
  });
  return alias ?? document.errors[0]?.message.split('\n')[0];
}

function lineOf({ pos }: YAMLError, lines: LineCounter): number {
  return lines.linePos(pos[0]).line;
}

function unquoted(what: string, sign: string, line: number): string {
  return `has ${what} in line ${line}, or text that begins with ${sign} and is not quoted`;
}

function malformed(file: string, problem: string): FleetError {
  const remedy = 'synthesize again if it is generated; else write Kubernetes objects';
  return new FleetError([
    { code: 'yaml-malformed', path: file, field: '', value: undefined, problem, remedy },
  ]);
}
