import * as path from 'node:path';
import { build } from 'esbuild';

test('what the operator calls at run time brings neither cdk8s nor bindings along', async () => {
  const folder = path.join(__dirname, '../../constructs/redis-backup');
  const { metafile } = await build({
    stdin: {
      contents: "export * from './expand'; export * from './check'; export * from './check-platform';",
      resolveDir: folder,
      loader: 'ts',
    },
    ...{ bundle: true, platform: 'node', write: false, metafile: true, logLevel: 'silent' },
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((file) => /node_modules|imports\//.test(file))).toEqual([]);
  const bytes = Object.values(metafile.outputs)[0]?.bytes ?? 0;
  expect(bytes).toBeLessThan(64 * 1024);
});
