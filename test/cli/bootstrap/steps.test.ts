import * as fs from 'node:fs';
import { managementFolder } from '../../../cli/bootstrap/fleet';
import { Kubectl } from '../../../cli/bootstrap/kubectl';
import { wiringStep } from '../../../cli/bootstrap/steps';
import { BootstrapFixture } from './fixture';

const fixture = new BootstrapFixture();

test.each([false, true])('sources and root sync, suspended: %s', async (isSuspended) => {
  fixture.synth();
  const log = fixture.write('log', '');
  // An empty cluster: it serves nothing, and takes everything.
  const program = fixture.write(
    'kubectl',
    `#!/bin/sh
case "$*" in
  'get --raw'*) echo 'NotFound' >&2; exit 1 ;;
  apply*) echo "$*" >> ${log}; cat >> ${log}; echo >> ${log} ;;
esac
`,
    0o755,
  );
  const step = await wiringStep(new Kubectl({}, program), managementFolder(fixture.dist), isSuspended);
  await step.apply(step.planned.map(({ object }) => object));
  const [args, list = '', holdArgs, hold] = fs.readFileSync(log, 'utf8').trim().split('\n');
  const { items } = JSON.parse(list) as { items: { spec: { suspend?: boolean } }[] };
  expect(args).toContain('--field-manager=kubectl ');
  expect(items.length).toBeGreaterThan(2);
  expect(items.map(({ spec }) => spec.suspend === true)).toEqual(items.map(() => isSuspended));
  if (!isSuspended) return expect(holdArgs).toBeUndefined();
  // Flux takes over what `kubectl` set, and leaves the rest.
  expect(holdArgs).toContain('--field-manager=fleetwright-suspended ');
  const held = JSON.parse(hold ?? '').items as { spec: object }[];
  expect(held.map(({ spec }) => spec)).toEqual(items.map(() => ({ suspend: true })));
});
