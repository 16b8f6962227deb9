import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readTree, temporaryFolder } from '../support/folder';
import { cdk8sSynth, forkFleet } from '../support/fork';

const PASSWORD = 'correct-horse-battery-staple';

/** The password as it is, and as Kubernetes writes it. */
const FORMS = [PASSWORD, Buffer.from(PASSWORD).toString('base64').replace(/=+$/, '')];

describe('a Secret in the clear', () => {
  const fork = forkFleet(path.join(temporaryFolder('plain-secret'), 'fork'));
  const app = `
    import { ApiObject } from 'cdk8s';
    import { type Fleet, FleetApp } from '../constructs';
    export function leak(fleet: Fleet): void {
      new FleetApp(fleet, 'leak', {
        namespace: 'leak',
        placement: {},
        define: (chart) => {
          const metadata = { name: 'smtp' };
          const stringData = { password: '${PASSWORD}' };
          new ApiObject(chart, 'smtp', { apiVersion: 'v1', kind: 'Secret', metadata, stringData });
        },
      });
    }`;

  test('is refused by synth, which writes nothing and does not repeat it', () => {
    const dist = path.join(fork, 'dist');
    const before = readTree(dist);
    writeFileSync(path.join(fork, 'apps/leak.ts'), app);
    appendFileSync(path.join(fork, 'apps/index.ts'), "export { leak } from './leak';\n");
    const { status, stdout, stderr } = cdk8sSynth(fork);
    expect(status).not.toBe(0);
    expect(stderr).toContain('[secret-plaintext]');
    expect(stderr).toContain('stringData.password: Secret smtp: of it would be readable in git, for ever');
    expect(stderr).toContain('Nothing was written.');
    for (const form of FORMS) expect(stdout + stderr).not.toContain(form);
    expect(readTree(dist)).toEqual(before);
  });
});
