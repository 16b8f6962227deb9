import type { Construct } from 'constructs';
import {
  Receiver,
  type ReceiverSpec,
  ReceiverSpecResourcesKind,
  ReceiverSpecType,
} from '../../../imports/notification.toolkit.fluxcd.io';
import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
import type { Plain } from '../../plain';
import { addCheck, type Problem } from '../../problem';

/** A Flux object that a webhook reconciles: one by name, or those with labels under the name `*`. */
export type ReceiverResource = Plain<ReceiverSpec['resources'][number]>;

/** Properties of a `WebhookReceiver`. */
export interface WebhookReceiverProps {
  readonly name: string;
  readonly namespace: string;
  /** Who calls. `generic` accepts every caller who knows the address. */
  readonly type: Plain<ReceiverSpec['type']>;
  /** The Secret, in this namespace, whose key `token` the caller signs with. */
  readonly secretName: string;
  /** The caller's names of the events that count, such as `push`. @default all */
  readonly events?: readonly string[];
  /** What to reconcile when it calls. */
  readonly resources: readonly ReceiverResource[];
}

/**
 * A Flux `Receiver`: a push reconciles at once instead of at the next interval.
 *
 * @see https://fluxcd.io/flux/components/notification/receivers/
 */
export class WebhookReceiver extends Receiver {
  constructor(scope: Construct, id: string, props: WebhookReceiverProps) {
    const { name, namespace, type, secretName, events, resources } = props;
    const spec: Plain<ReceiverSpec> = { type, events, resources, secretRef: { name: secretName } };
    super(scope, id, { metadata: { name, namespace }, spec: spec as ReceiverSpec });
    const { path } = this.node;
    const shape = checkReceiverFields(path, props);
    addCheck(this, () => (shape.length > 0 ? shape : checkResources(path, resources)));
  }
}

const FIELDS: Fields<WebhookReceiverProps> = {
  name: 'string',
  namespace: 'string',
  type: 'choice',
  secretName: 'string',
  events: 'strings?',
  resources: 'list',
};

const RESOURCE: Fields<ReceiverResource> = {
  apiVersion: 'string?',
  kind: 'choice',
  matchLabels: 'map?',
  name: 'string',
  namespace: 'string?',
};

function checkReceiverFields(path: string, props: WebhookReceiverProps): Problem[] {
  return [
    ...checkFields(path, '', props, FIELDS),
    ...checkChoice(path, 'type', props.type, Object.values(ReceiverSpecType)),
    ...checkEach(props.resources, (resource, i) => [
      ...checkFields(path, `resources[${i}]`, resource, RESOURCE),
      ...checkChoice(path, `resources[${i}].kind`, resource?.kind, Object.values(ReceiverSpecResourcesKind)),
    ]),
  ];
}

function checkResources(path: string, resources: readonly ReceiverResource[]): Problem[] {
  if (resources.length === 0) {
    return [
      {
        code: 'receiver-idle',
        path,
        field: 'resources',
        value: resources,
        problem: 'is empty: a call would do nothing',
        remedy: 'name the sources to reconcile',
      },
    ];
  }
  return resources.flatMap(({ name, matchLabels }, i) =>
    (name === '*') === (matchLabels !== undefined)
      ? []
      : [
          {
            code: 'receiver-resource',
            path,
            field: `resources[${i}].name`,
            value: name,
            problem: matchLabels
              ? 'counts for nothing beside `matchLabels`'
              : 'selects by `matchLabels`, and there are none',
            remedy: 'give a name, or the name `*` together with `matchLabels`',
          },
        ],
  );
}
