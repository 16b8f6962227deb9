import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.join(__dirname, '../..');

/** The context that the images are built in, from the root of the repository. */
export const CONTEXT = 'build/image';

/** The hooks, by their files below operator/: one for each kind of items. */
export const HOOKS = [
  'redis-backup/main',
  'requests/main',
  ...['deployments', 'statefulsets', 'daemonsets'].map((kind) => `restart-on/${kind}`),
];

/** One program of the images. */
export interface Program {
  /** Where it is in the context. */
  readonly file: string;
  readonly text: string;
}

/** The programs of the images, each of one file: the hooks, and what moves bytes. */
export async function bundlePrograms(): Promise<Program[]> {
  const sources = [
    ...HOOKS.map((hook) => ({ file: `hooks/${nameOf(hook)}.js`, source: `operator/${hook}.ts` })),
    { file: 'mover.js', source: 'operator/mover/main.ts' },
  ];
  return Promise.all(sources.map(async ({ file, source }) => ({ file, text: await bundle(source) })));
}

/** The name of a hook's program. */
export function nameOf(hook: string): string {
  return hook.replace(/\/main$/, '').replace('/', '-');
}

/** Writes the context of the images anew. @param context its folder */
export async function writeContext(context: string): Promise<Program[]> {
  const programs = await bundlePrograms();
  rmSync(context, { recursive: true, force: true });
  mkdirSync(path.join(context, 'hooks'), { recursive: true });
  for (const { file, text } of programs) {
    writeFileSync(path.join(context, file), text);
  }
  // Whatever the umask: the images run as others, and the engine takes for a hook what may be run.
  for (const name of ['hooks', ...programs.map(({ file }) => file)])
    chmodSync(path.join(context, name), 0o755);
  return programs;
}

/** Bundles a program into one file that can be run. @param source its file, from the root of the repository */
export async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [source],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Of packages that have both, the form of which unused parts can be left out: a hook starts often.
    mainFields: ['module', 'main'],
    banner: { js: '#!/usr/bin/env node' },
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
