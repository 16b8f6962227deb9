import { readReferences } from '../../../operator/restart-on/references';

const texts = (written: string) => {
  const references = readReferences(written);
  return 'refusal' in references ? references.refusal : references.map(({ text }) => text);
};

test('Secrets and ConfigMaps by name, each once', () => {
  expect(texts('secret/db, configmap/app.settings,secret/db')).toEqual([
    'secret/db',
    'configmap/app.settings',
  ]);
});

test.each([
  '',
  'db',
  'secret/',
  'secret/db,',
  'Secret/db',
  'secret/a/b',
  'pod/x',
  'secret/A_b',
  '__proto__/x',
])('%j is refused with the remedy', (written) => {
  expect(texts(written)).toMatch(
    /^fleetwright.dev\/restart-on has ".*"; write secret\/NAME and configmap\/NAME/,
  );
});

test('there is an end to their number', () => {
  const many = Array.from({ length: 21 }, (_, i) => `secret/s${i}`).join();
  expect(texts(many)).toMatch(/names 21 objects; use at most 20/);
});
