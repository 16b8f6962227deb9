import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Rule } from '../../../constructs/operator/rbac';
import { BUNDLE_RULES, OWN_RULES, RESTART_RULES, releaseRules } from '../../../constructs/operator/rights';
import { NODE_IMAGE } from '../../../constructs/versions';
import {
  bundlePrograms,
  HOOKS,
  nameOf,
  type Program,
  writeContext,
} from '../../../scripts/programs/programs';
import { partVersion, shellOperator } from '../../stack/parts';
import { ROOT, temporaryFolder } from '../../support/folder';

const context = path.join(temporaryFolder('programs'), 'context');
const dockerfile = fs.readFileSync(path.join(ROOT, 'operator/image/Dockerfile'), 'utf8');
let programs: readonly Program[];

beforeAll(async () => {
  programs = await writeContext(context);
});

/** Runs a program as the images do: it may be run, and needs nothing but itself. */
const run = (file: string, ...args: string[]) =>
  spawnSync(path.join(context, file), args, { encoding: 'utf8', cwd: '/', env: { PATH: process.env.PATH } });

test('every hook below operator/ is in the image', () => {
  const operator = path.join(ROOT, 'operator');
  const hooks = fs.readdirSync(operator, { recursive: true, encoding: 'utf8' }).filter((file) => {
    return (
      file.endsWith('.ts') && /^void runHook\(/m.test(fs.readFileSync(path.join(operator, file), 'utf8'))
    );
  });
  expect(HOOKS.map((hook) => `${hook}.ts`).sort()).toEqual(hooks.sort());
  expect(programs.map(({ file }) => file)).toEqual([
    ...HOOKS.map((hook) => `hooks/${nameOf(hook)}.js`),
    'mover.js',
  ]);
});

interface Binding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: { readonly nameSelector: { readonly matchNames: readonly string[] } };
}

/** Whether rules let somebody watch a kind, as far as English makes a plural of it. */
function allows(rules: readonly Rule[], { apiVersion, kind }: Binding): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const plural = kind.toLowerCase().replace(/y$/, 'ie') + 's';
  return rules.some(
    ({ apiGroups = [], resources = [], verbs, resourceNames }) =>
      apiGroups.includes(group ?? '') &&
      resources.includes(plural) &&
      ['list', 'watch'].every((verb) => verbs.includes(verb)) &&
      !resourceNames,
  );
}

test('each answers with its bindings, and watches only what the operator may watch', () => {
  const everywhere = [...BUNDLE_RULES, ...RESTART_RULES];
  const rights: Record<string, readonly Rule[]> = {
    'flux-system': [...everywhere, ...releaseRules(undefined)],
    'fleetwright-system': [...everywhere, ...OWN_RULES],
  };
  for (const { file } of programs.filter((each) => each.file.startsWith('hooks/'))) {
    const { status, stdout } = run(file, '--config');
    const { configVersion, kubernetes } = JSON.parse(stdout);
    expect({ file, status, configVersion }).toEqual({ file, status: 0, configVersion: 'v1' });
    const refused = (kubernetes as Binding[]).filter((binding) => {
      const namespaces = binding.namespace?.nameSelector.matchNames ?? [''];
      return !namespaces.every((namespace) => allows(rights[namespace] ?? everywhere, binding));
    });
    expect({ file, refused }).toEqual({ file, refused: [] });
  }
});

test('the mover says what it wants', () => {
  expect(run('mover.js', 'nonsense')).toMatchObject({ status: 2, stderr: expect.stringContaining('backup') });
});

test('the same sources give the same programs', async () => {
  expect(await bundlePrograms()).toEqual(programs);
});

test('others than their owner may run them, whatever the umask', async () => {
  const before = process.umask(0o077);
  try {
    await writeContext(context);
  } finally {
    process.umask(before);
  }
  for (const name of ['hooks', ...programs.map(({ file }) => file)]) {
    expect(fs.statSync(path.join(context, name)).mode & 0o777).toBe(0o755);
  }
});

test('the images have the base and the engine that are pinned elsewhere', () => {
  const argument = (name: string) => new RegExp(`^ARG ${name}=(.*)$`, 'm').exec(dockerfile)?.[1];
  expect(argument('BASE')).toBe(NODE_IMAGE);
  const [engine] = argument('ENGINE')?.split('@') ?? [];
  expect(engine).toBe(`ghcr.io/flant/shell-operator:${partVersion(shellOperator)}`);
});
