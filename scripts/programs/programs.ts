import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.join(__dirname, '../..');

/** The context that the images are built in, from the root of the repository. */
export const CONTEXT = 'build/image';

/** The folders of operator/ that the engine runs as hooks. */
export const HOOKS = ['redis-backup', 'requests', 'restart-on'] as const;

/** One program of the images. */
export interface Program {
  /** Where it is in the context. */
  readonly file: string;
  readonly text: string;
}

/** The programs of the images, each of one file: the hooks, and what moves bytes. */
export async function bundlePrograms(): Promise<Program[]> {
  const sources = [
    ...HOOKS.map((name) => ({ file: `hooks/${name}.js`, source: `operator/${name}/main.ts` })),
    { file: 'mover.js', source: 'operator/mover/main.ts' },
  ].filter(({ source }) => existsSync(path.join(ROOT, source)));
  return Promise.all(sources.map(async ({ file, source }) => ({ file, text: await bundle(source) })));
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

async function bundle(source: string): Promise<string> {
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
