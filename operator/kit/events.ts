import { createHash } from 'node:crypto';
import type { Api } from './api';
import type { Kind, KubeObject } from './objects';

const EVENT: Kind = { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events' };

/** What `kubectl describe` shows beside an object. */
export interface Note {
  readonly type: 'Normal' | 'Warning';
  /** Why, one word in upper camel case. */
  readonly reason: string;
  /** What was done or refused, one word in upper camel case. */
  readonly action: string;
  readonly note: string;
}

/** Notes something on an object. The same note is written once, until the API server forgets it after an hour. */
export async function record(api: Api, regarding: KubeObject, note: Note, now: Date): Promise<void> {
  const { name, namespace = 'default', uid } = regarding.metadata;
  const text = note.note.slice(0, 1000);
  const hash = createHash('sha256')
    .update(JSON.stringify([uid, note.reason, text]))
    .digest('hex')
    .slice(0, 16);
  await api.create(EVENT, {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${hash}`, namespace },
    ...{ ...note, note: text },
    eventTime: now.toISOString().replace('Z', '000Z'),
    reportingController: `fleetwright.dev/${api.manager}`,
    reportingInstance: api.manager,
    regarding: { apiVersion: regarding.apiVersion, kind: regarding.kind, name, namespace, uid },
  } as Parameters<Api['create']>[1]);
}
