import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The end-to-end test files below a folder that measure something, by their paths from the root. */
export function measuringFiles(root: string): string[] {
  return readdirSync(path.join(root, 'test/e2e'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/e2e/${name.replaceAll(path.sep, '/')}`)
    .filter((file) => file.endsWith('.e2e.ts'))
    .filter((file) => /\bfigure\(/.test(readFileSync(path.join(root, file), 'utf8')));
}

/** What is wrong with the arguments: a run of some tests of a file would leave a table with some of its rows. */
export function refusal(args: readonly string[], root: string): string | undefined {
  const option = args.find((arg) => arg.startsWith('-'));
  if (option) return `${option}: files and folders of tests only, since a table is of a whole file`;
  const unknown = args.find((arg) => !existsSync(path.join(root, arg)));
  return unknown && `${unknown}: there is no such file or folder`;
}

/** The part of what `jest --json` writes that is read here. */
interface JestReport {
  readonly testResults: readonly { readonly name: string; readonly status: string }[];
}

/** The test files that passed, by their paths from the root. */
export function passedFiles(report: string, root: string): string[] {
  const { testResults } = JSON.parse(report) as JestReport;
  return testResults
    .filter(({ status }) => status === 'passed')
    .map(({ name }) => path.relative(root, name).replaceAll(path.sep, '/'));
}
