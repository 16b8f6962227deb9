import type { Figure } from './figures';

const HEAD = `# Evidence

What the end-to-end tests measured when they last ran with their full counts, as \`npm run e2e:long\` runs them all.
Each table says when and on what, and which command measures it again. \`scripts/evidence\` writes this page.
`;

/** What the page is made of. */
export interface PageProps {
  /** The page as it is: the tables of tests that did not run stay. */
  readonly before: string;
  readonly figures: readonly Figure[];
  /** Whether there is such a test file: the table of one that went goes, too. */
  readonly isThere: (file: string) => boolean;
  /** The servers that the tests start, and their versions. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Writes docs/evidence.md: a table for each test file. */
export function evidencePage({ before, figures, isThere, versions }: PageProps): string {
  const sections = new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf('\n')), `## ${text.trimEnd()}`]),
  );
  for (const file of new Set(figures.map((figure) => figure.file))) {
    const measured = figures.filter((figure) => figure.file === file);
    sections.set(file, sectionOf(file, measured));
  }
  const shown = [...sections].filter(([file]) => isThere(file)).sort(([a], [b]) => (a < b ? -1 : 1));
  const servers = Object.entries(versions).map(([name, version]) => `| ${name} | ${version} |`);
  const head = [HEAD, '| server | version |', '| --- | --- |', ...servers].join('\n');
  return `${[head, ...shown.map(([, text]) => text)].join('\n\n')}\n`;
}

function sectionOf(file: string, figures: readonly Figure[]): string {
  const [{ day, machine } = { day: '', machine: '' }] = figures;
  const rows = figures.map(({ what, value }) => `| ${cell(what)} | ${cell(value)} |`);
  return [
    `## ${file}`,
    '',
    `${day}, ${machine}:`,
    '',
    '```sh',
    `FLEETWRIGHT_LONG=1 npx jest --config jest.e2e.config.js ${file}`,
    '```',
    '',
    '| measured | |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
