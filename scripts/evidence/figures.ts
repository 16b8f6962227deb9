import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a test of a long run has measured. */
export interface Figure {
  /** The test's file, from the root of the repository. */
  readonly file: string;
  readonly what: string;
  readonly value: string;
  /** The day. */
  readonly day: string;
  /** On what it ran. */
  readonly machine: string;
  /** How many processes had work on the machine when it was noted. */
  readonly load: number;
}

/** The figures of the last long run, a JSON object a line. */
export const FIGURES = path.join(__dirname, '../../build/figures.jsonl');

/** Reads figures, none if there is no file. */
export function readFigures(from = FIGURES): Figure[] {
  let text: string;
  try {
    text = readFileSync(from, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Figure);
}

/** Forgets the figures of a test file, or all. */
export function forgetFigures(file?: string, from = FIGURES): void {
  const left = file === undefined ? [] : readFigures(from).filter((figure) => figure.file !== file);
  mkdirSync(path.dirname(from), { recursive: true });
  writeFileSync(from, left.map(lineOf).join(''));
}

/** Adds a figure. */
export function addFigure(figure: Figure, to = FIGURES): void {
  appendFileSync(to, lineOf(figure));
}

function lineOf(figure: Figure): string {
  return `${JSON.stringify(figure)}\n`;
}
