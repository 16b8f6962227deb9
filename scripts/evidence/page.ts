import type { Figure } from './figures';

const HEAD = `# Evidence

What the end-to-end tests measured when they last ran with their full counts, as \`npm run e2e:long\` runs them all.
Each table says when, on what and against which servers, and which command measures it again. \`scripts/evidence\`
writes this page.
`;

/** What the page is made of. */
export interface PageProps {
  /** The page as it is: the tables of tests that did not run stay. */
  readonly before: string;
  /** What the tests that ran have measured. */
  readonly figures: readonly Figure[];
  /** The test files that measure something: the table of one that went goes, too. */
  readonly measuring: readonly string[];
  /** The servers that the tests start, and their versions now. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Writes docs/evidence.md: a table for each test file. */
export function evidencePage({ before, figures, measuring, versions }: PageProps): string {
  const sections = new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf('\n')), `## ${text.trimEnd()}`]),
  );
  for (const file of new Set(figures.map((figure) => figure.file))) {
    const measured = figures.filter((figure) => figure.file === file);
    sections.set(file, sectionOf(file, measured, versions));
  }
  const files = [...measuring].sort();
  const missing = files.filter((file) => !sections.has(file)).map((file) => `- ${file}`);
  const head = missing.length > 0 ? `${HEAD}\nWithout a table yet:\n\n${missing.join('\n')}` : HEAD.trimEnd();
  return `${[head, ...files.flatMap((file) => sections.get(file) ?? [])].join('\n\n')}\n`;
}

function sectionOf(file: string, figures: readonly Figure[], versions: PageProps['versions']): string {
  const rows = figures.map(({ what, value }) => `| ${cell(what)} | ${cell(value)} |`);
  const servers = Object.entries(versions).map((server) => server.join(' '));
  return [
    `## ${file}`,
    '',
    `${circumstances(figures)}:`,
    '',
    '```sh',
    `npm run e2e:long -- ${file}`,
    '```',
    '',
    `Servers: ${servers.join(', ')}.`,
    '',
    '| measured | |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

/** When and on what all of them were measured: the load tells whether the machine had other work. */
function circumstances(figures: readonly Figure[]): string {
  const on = [...new Set(figures.map(({ day, machine }) => `${day}, ${machine}`))].join('; ');
  const loads = figures.map((figure) => figure.load);
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  return `${on}, load average ${least === most ? most : `${least} to ${most}`}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
