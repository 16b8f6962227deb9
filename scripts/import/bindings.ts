import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CustomKind } from './crds';
import { ImportFailure } from './failure';
import { type GeneratedFiles, header } from './output';
import { byCodeUnit, mapAlternatives, mapParts, pick, type Schema } from './schema';

/**
 * Keywords that `cdk8s import` turns into types. Not `format`: it makes a date-time a `Date`, which an
 * ApiObject then refuses to render.
 */
const kept = ['type', 'properties', 'required', 'items', 'additionalProperties', 'enum', 'anyOf', 'oneOf'];

/** Runs `cdk8s import` on the kinds; returns one TypeScript file for each API group. */
export function generateBindings(kinds: readonly CustomKind[]): GeneratedFiles {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-bindings-'));
  try {
    const crds = join(folder, 'crds.json');
    writeFileSync(crds, JSON.stringify({ kind: 'List', items: inOrder(kinds).map(bareCrd) }));
    const out = join(folder, 'out');
    runCdk8sImport(crds, out, folder);
    return new Map(readdirSync(out).map((name) => [name, finish(readFileSync(join(out, name), 'utf8'))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inOrder(kinds: readonly CustomKind[]): CustomKind[] {
  return [...kinds].sort((left, right) => byCodeUnit(left.group + left.kind, right.group + right.kind));
}

function runCdk8sImport(crds: string, out: string, cwd: string): void {
  const packageJson = createRequire(__filename).resolve('cdk8s-cli/package.json');
  const cdk8s = join(dirname(packageJson), 'bin', 'cdk8s');
  const args = [
    'import',
    crds,
    '--language',
    'typescript',
    '--output',
    out,
    '--no-save',
    '--no-check-upgrade',
  ];
  // It sorts by locale.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const run = spawnSync(process.execPath, [cdk8s, ...args], { cwd, env, encoding: 'utf8' });
  if (run.status !== 0) {
    throw new ImportFailure(
      `\`cdk8s ${args.join(' ')}\` failed: ${run.stderr || run.stdout || run.error?.message}`,
    );
  }
}

/** A CRD with nothing in it but what types are made from: no description, no other version, no status. */
export function bareCrd(kind: CustomKind): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      scope: kind.scope,
      names: { kind: kind.kind, plural: kind.plural },
      versions: [{ name: kind.version, schema: { openAPIV3Schema: bareSchema(kind.schema) } }],
    },
  };
}

function bareSchema(schema: Schema): Schema {
  return pick(mapAlternatives(mapParts(schema, bareSchema), bareSchema), kept);
}

function finish(generated: string): string {
  return (
    header +
    generated
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd() +
    '\n'
  );
}
