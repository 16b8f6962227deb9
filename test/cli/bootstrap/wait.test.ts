import { managementFolder } from '../../../cli/bootstrap/fleet';
import { Kubectl } from '../../../cli/bootstrap/kubectl';
import { tableOf, verdictOf, waitForRoot } from '../../../cli/bootstrap/wait';
import { BootstrapFixture } from './fixture';

const fixture = new BootstrapFixture();

const sync = (name: string, status: string, generation = 1, spec = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Kustomization', spec },
  metadata: { name, namespace: 'flux-system', generation },
  status: { observedGeneration: 1, conditions: [{ type: 'Ready', status, message: `${name} says so` }] },
});

test('what Flux says of a sync, and of an older one', () => {
  expect(verdictOf(sync('a', 'True'))).toEqual({ isReady: true, message: 'a says so' });
  expect(verdictOf(sync('a', 'False'))).toEqual({ isReady: false, message: 'a says so' });
  expect(verdictOf(sync('a', 'True', 2))).toEqual({
    isReady: false,
    message: 'Flux has not looked at it yet',
  });
  expect(verdictOf(sync('a', 'True', 1, { suspend: true }))).toEqual({
    isReady: false,
    message: 'is suspended',
  });
  expect(verdictOf(undefined)).toEqual({ isReady: false, message: 'is not there yet' });
});

test('the table of syncs', () => {
  expect(tableOf([sync('long-name', 'False'), sync('a', 'True')])).toEqual([
    'flux-system/a          Ready',
    'flux-system/long-name  long-name says so',
  ]);
  expect(tableOf([])).toEqual([]);
});

test('a root sync that is never Ready ends in what Flux says', async () => {
  fixture.synth();
  const objects = [sync('fleet', 'False')].map((object) => ({
    ...object,
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  }));
  const list = JSON.stringify({ kind: 'List', items: objects });
  const program = fixture.write('kubectl', `#!/bin/sh\necho '${list}'\n`, 0o755);
  const said: string[] = [];
  const patience = { seconds: 0, pauseMs: 1 };
  const wait = waitForRoot(
    new Kubectl({}, program),
    managementFolder(fixture.dist),
    (line) => said.push(line),
    patience,
  );
  await expect(wait).rejects.toThrow(
    '2 problems\n\n' +
      'GitRepository flux-system/fleet [sync-not-ready]\n  is not Ready after 0 s: is not there yet\n' +
      '  remedy: see whether Flux runs: kubectl --namespace flux-system get pods\n\n' +
      'Kustomization flux-system/fleet [sync-not-ready]\n  is not Ready after 0 s: fleet says so\n' +
      '  remedy: mend what it names, and run the command again: kubectl --namespace flux-system describe kustomization fleet\n',
  );
  expect(said).toEqual([
    'GitRepository flux-system/fleet: is not there yet',
    'Kustomization flux-system/fleet: fleet says so',
  ]);
});
