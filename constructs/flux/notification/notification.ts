import { Construct } from 'constructs';
import {
  Alert,
  type AlertSpec,
  AlertSpecEventSourcesKind,
  Provider,
  type ProviderSpec,
  ProviderSpecType,
} from '../../../imports/notification.toolkit.fluxcd.io';
import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
import type { Plain } from '../../plain';
import { addCheck, type Problem } from '../../problem';

/** Flux objects that events come from. */
export type EventSource = Plain<AlertSpec['eventSources'][number]>;

/** Properties of a `Notification`. */
export interface NotificationProps {
  /** The name of the Provider and the Alert. */
  readonly name: string;
  readonly namespace: string;
  /** The service that events are sent to. */
  readonly type: Plain<ProviderSpec['type']>;
  /** The channel, room or topic at the service. @default the service's own */
  readonly channel?: string;
  /**
   * Where the service is, where that is no secret. An address that carries a token goes into the Secret, key
   * `address`.
   * @default the Secret's
   */
  readonly address?: string;
  /** The Secret, in this namespace, with what the service wants: `address`, `token`, ... @default none */
  readonly secretName?: string;
  /** `error`: failures only. `info`: everything. @default error */
  readonly severity?: 'info' | 'error';
  /** @default every Kustomization and HelmRelease of the namespace */
  readonly sources?: readonly EventSource[];
  /** Go regular expressions: events whose message matches one are not sent. @default none */
  readonly exclude?: readonly string[];
}

const EVERYTHING: readonly EventSource[] = [
  { kind: 'Kustomization', name: '*' },
  { kind: 'HelmRelease', name: '*' },
];

/**
 * Tells people or services what Flux did: a Flux `Provider` and the `Alert` that uses it.
 *
 * @see https://fluxcd.io/flux/components/notification/
 */
export class Notification extends Construct {
  constructor(scope: Construct, id: string, props: NotificationProps) {
    super(scope, id);
    const { name, namespace, type, channel, address, secretName, severity = 'error' } = props;
    const metadata = { name, namespace };
    const provider: Plain<ProviderSpec> = {
      type,
      channel,
      address,
      secretRef: secretName === undefined ? undefined : { name: secretName },
    };
    const alert: Plain<AlertSpec> = {
      providerRef: { name },
      eventSeverity: severity,
      eventSources: props.sources ?? EVERYTHING,
      exclusionList: props.exclude,
    };
    new Provider(this, 'provider', { metadata, spec: provider as ProviderSpec });
    new Alert(this, 'alert', { metadata, spec: alert as AlertSpec });
    const { path } = this.node;
    const shape = checkNotificationFields(path, props);
    addCheck(this, () =>
      shape.length > 0 ? shape : [...checkAddress(path, props), ...checkSources(path, props)],
    );
  }
}

const FIELDS: Fields<NotificationProps> = {
  name: 'string',
  namespace: 'string',
  type: 'choice',
  channel: 'string?',
  address: 'string?',
  secretName: 'string?',
  severity: 'choice?',
  sources: 'list?',
  exclude: 'strings?',
};

const EVENT_SOURCE: Fields<EventSource> = {
  apiVersion: 'string?',
  kind: 'choice',
  matchLabels: 'map?',
  name: 'string',
  namespace: 'string?',
};

function checkNotificationFields(path: string, props: NotificationProps): Problem[] {
  const { type, severity, sources } = props;
  return [
    ...checkFields(path, '', props, FIELDS),
    ...checkChoice(path, 'type', type, Object.values(ProviderSpecType)),
    ...checkChoice(path, 'severity', severity, ['info', 'error']),
    ...checkEach(sources, (source, i) => [
      ...checkFields(path, `sources[${i}]`, source, EVENT_SOURCE),
      ...checkChoice(path, `sources[${i}].kind`, source?.kind, Object.values(AlertSpecEventSourcesKind)),
    ]),
  ];
}

/** Services whose address is a webhook: who knows it may post. */
const SECRET_ADDRESS = new Set<string>(['discord', 'msteams', 'googlechat', 'rocket', 'lark']);

function checkAddress(path: string, { type, address, secretName }: NotificationProps): Problem[] {
  if (address === undefined) {
    if (secretName !== undefined) return [];
    return [
      {
        code: 'notification-address',
        path,
        field: 'secretName',
        value: undefined,
        problem: 'is not set, and neither is `address`: there is nowhere to send to',
        remedy: 'name a Secret with the key `address`, or give the address if it is no secret',
      },
    ];
  }
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  const secret = SECRET_ADDRESS.has(type) || parsed?.username || parsed?.password;
  if (!secret && parsed?.hostname !== 'hooks.slack.com') return [];
  return [
    {
      code: 'notification-secret',
      path,
      field: 'address',
      value: undefined,
      problem: `is a secret for the type ${type}: everyone who reads git could post there`,
      remedy: 'put it into a Secret, key `address`, and name that in `secretName`; then renew this one',
    },
  ];
}

function checkSources(path: string, { sources }: NotificationProps): Problem[] {
  if (sources === undefined || sources.length > 0) return [];
  return [
    {
      code: 'notification-silent',
      path,
      field: 'sources',
      value: sources,
      problem: 'is empty: no event would ever be sent',
      remedy: 'name the objects to hear from, or leave `sources` out for all',
    },
  ];
}
