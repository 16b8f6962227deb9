import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ImportFailure } from './failure';
import { generate } from './generate';
import { updateSums } from './go-modules';
import { differences, readGenerated, writeGenerated } from './output';
import { readPins } from './pins';
import { kubernetesVersions } from './sources';

const usage = `npm run import                    write imports/ anew from the pinned Go modules
npm run import -- --check         change nothing; exit 1 if a file would change
npm run import -- --update-sums   after a version changed in a go.mod: rewrite go.sum, then imports/
`;

const imports = join(__dirname, '..', '..', 'imports');

function main(args: string[]): void {
  const values = parseOptions(args);
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values['update-sums']) {
    for (const { pins } of kubernetesVersions) updateSums(readPins(join(imports, pins)), console.log);
  }
  const wanted = generate(imports);
  const changed = differences(readGenerated(imports), wanted);
  if (values.check && changed.length > 0) {
    throw new ImportFailure(
      `Not as \`npm run import\` would write them:\n${changed.map((path) => `  imports/${path}\n`).join('')}`,
    );
  }
  writeGenerated(imports, wanted);
  console.log(
    changed.length === 0
      ? 'imports/ is up to date'
      : `wrote ${changed.map((path) => `imports/${path}`).join(', ')}`,
  );
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { check: { type: 'boolean' }, 'update-sums': { type: 'boolean' }, help: { type: 'boolean' } },
    }).values;
  } catch (cause) {
    throw new ImportFailure(`${(cause as Error).message}\n\n${usage}`, { cause });
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof ImportFailure ? error.message : error);
  process.exitCode = 1;
}
