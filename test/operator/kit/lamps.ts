import { type Hook, type Kind, type KubeObject, runHook } from '../../../operator/kit';

const LAMP: Kind = { group: 'example.dev', version: 'v1', kind: 'Lamp', plural: 'lamps' };

interface Lamp extends KubeObject {
  readonly spec: { readonly do: 'light' | 'throw' | 'hang' | 'stay' };
}

const note = (text: string) => ({ metadata: { annotations: { note: text } } });

/** A hook that the tests run: each lamp does what its spec says. */
const lamps: Hook<Lamp> = {
  name: 'lamps',
  items: { kind: LAMP },
  ...(process.env.FINALIZER ? { finalizer: process.env.FINALIZER } : {}),
  // Enough for what does not hang on a machine that is busy.
  seconds: 10,
  reconcile: async ({ metadata: { name, namespace = '' }, spec }, { api, reason }) => {
    if (spec.do === 'throw') throw new Error('broken on purpose');
    // Whoever does not listen to the signal ends as well.
    if (spec.do === 'hang') await new Promise(() => setInterval(() => {}, 1000));
    await api.merge(LAMP, { namespace, name }, note(`lit: ${reason}`));
  },
  finalize: async ({ spec }) => spec.do !== 'stay',
  gone: async ({ name }) => void process.stderr.write(`gone: ${name}\n`),
  failed: async ({ metadata: { name, namespace = '' } }, { message }, { api }) => {
    await api.merge(LAMP, { namespace, name }, note(message));
  },
  metrics: (items) => [{ name: 'lamps', value: items.length, labels: { hall: 'yes' } }],
};

void runHook(lamps);
