import {
  Notification,
  type NotificationProps,
  WebhookReceiver,
  type WebhookReceiverProps,
} from '../../../constructs';
import { problemsAlone, renderAlone } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const allProps: Required<NotificationProps> = {
  name: 'on-call',
  namespace: 'flux-system',
  type: 'slack',
  channel: 'platform',
  address: 'https://slack.com/api/chat.postMessage',
  secretName: 'slack-token',
  severity: 'info',
  sources: [{ kind: 'GitRepository', name: 'fleet' }],
  exclude: ['^Health check passed'],
};
const receiver: Required<WebhookReceiverProps> = {
  name: 'push',
  namespace: 'flux-system',
  type: 'github',
  secretName: 'webhook-token',
  events: ['ping', 'push'],
  resources: [
    { kind: 'GitRepository', name: 'fleet' },
    { kind: 'OCIRepository', name: '*', matchLabels: { 'example.com/pushed': 'true' } },
  ],
};

const problemsWith = (props: Partial<NotificationProps>) =>
  problemsAlone((chart) => {
    new Notification(chart, 'notification', { ...allProps, ...props });
  });
const receiverProblems = (resources: WebhookReceiverProps['resources']) =>
  problemsAlone((chart) => {
    new WebhookReceiver(chart, 'receiver', { ...receiver, resources });
  });

test('notification and receiver with everything set', () => {
  const { yaml } = renderAlone((chart) => {
    new Notification(chart, 'notification', allProps);
    new WebhookReceiver(chart, 'receiver', receiver);
  });
  expectGolden(__dirname, 'notification.golden.yaml', yaml);
  expectValid(yaml);
});

test('by default failures of every sync and release of the namespace', () => {
  const { yaml, objects } = renderAlone((chart) => {
    new Notification(chart, 'notification', {
      name: 'chat',
      namespace: 'sample',
      type: 'discord',
      secretName: 'discord-webhook',
    });
  });
  expectValid(yaml);
  expect(objects.map(({ kind, spec }) => [kind, spec])).toEqual([
    [
      'Alert',
      {
        providerRef: { name: 'chat' },
        eventSeverity: 'error',
        eventSources: [
          { kind: 'Kustomization', name: '*' },
          { kind: 'HelmRelease', name: '*' },
        ],
      },
    ],
    ['Provider', { type: 'discord', secretRef: { name: 'discord-webhook' } }],
  ]);
});

describe('problems', () => {
  test('nowhere to send to', () => {
    expect(problemsWith({ address: undefined, secretName: undefined })).toEqual([
      {
        code: 'notification-address',
        path: 'clusters/management/configs/sample/notification',
        field: 'secretName',
        value: undefined,
        problem: 'is not set, and neither is `address`: there is nowhere to send to',
        remedy: 'name a Secret with the key `address`, or give the address if it is no secret',
      },
    ]);
  });

  test.each([
    ['slack', 'https://hooks.slack.com/services/T0/B0/secret'],
    ['discord', 'https://discord.com/api/webhooks/1/secret'],
    ['msteams', 'https://example.webhook.office.com/secret'],
    ['generic', 'https://user:password@events.example.com'],
  ] as const)('an address of %s that is a secret is reported, and not repeated', (type, address) => {
    expect(problemsWith({ type, address })).toMatchObject([
      {
        code: 'notification-secret',
        field: 'address',
        value: undefined,
        problem: `is a secret for the type ${type}: everyone who reads git could post there`,
        remedy: 'put it into a Secret, key `address`, and name that in `secretName`; then renew this one',
      },
    ]);
  });

  test('a plain address is none', () => {
    expect(problemsWith({ type: 'alertmanager', address: 'https://alerts.example.com' })).toEqual([]);
  });

  test('no event would be sent', () => {
    expect(problemsWith({ sources: [] })).toMatchObject([
      {
        code: 'notification-silent',
        field: 'sources',
        value: [],
        problem: 'is empty: no event would ever be sent',
        remedy: 'name the objects to hear from, or leave `sources` out for all',
      },
    ]);
  });

  test('a receiver that would do nothing', () => {
    expect(receiverProblems([])).toMatchObject([
      {
        code: 'receiver-idle',
        field: 'resources',
        value: [],
        problem: 'is empty: a call would do nothing',
        remedy: 'name the sources to reconcile',
      },
    ]);
  });

  test('a receiver that mixes name and labels', () => {
    const common = {
      code: 'receiver-resource',
      remedy: 'give a name, or the name `*` together with `matchLabels`',
    };
    const kind = 'GitRepository';
    expect(
      receiverProblems([
        { kind, name: '*' },
        { kind, name: 'fleet', matchLabels: { a: 'b' } },
      ]),
    ).toMatchObject([
      {
        ...common,
        field: 'resources[0].name',
        value: '*',
        problem: 'selects by `matchLabels`, and there are none',
      },
      {
        ...common,
        field: 'resources[1].name',
        value: 'fleet',
        problem: 'counts for nothing beside `matchLabels`',
      },
    ]);
  });
});

describe('fields', () => {
  const receiverWith = (props: object) =>
    problemsAlone((chart) => {
      new WebhookReceiver(chart, 'notification', { ...receiver, ...props });
    });

  test.each<[(props: object) => readonly object[], string, object, string]>([
    [problemsWith, 'field-unknown', { eventSeverity: 'info' }, 'eventSeverity'],
    [problemsWith, 'field-missing', { type: undefined }, 'type'],
    [problemsWith, 'value-unknown', { type: 'slak' }, 'type'],
    [problemsWith, 'value-unknown', { severity: 'warning' }, 'severity'],
    [problemsWith, 'field-missing', { sources: [{ kind: 'Kustomization' }] }, 'sources[0].name'],
    [problemsWith, 'value-unknown', { sources: [{ kind: 'Sync', name: '*' }] }, 'sources[0].kind'],
    [receiverWith, 'field-unknown', { secret: 'x' }, 'secret'],
    [receiverWith, 'field-missing', { resources: undefined }, 'resources'],
    [receiverWith, 'value-unknown', { type: 'gihtub' }, 'type'],
    [
      receiverWith,
      'field-unknown',
      { resources: [{ kind: 'Bucket', name: 'x', labels: {} }] },
      'resources[0].labels',
    ],
    [receiverWith, 'value-unknown', { resources: [{ kind: 'Git', name: 'x' }] }, 'resources[0].kind'],
  ])('%p: %s %j', (check, code, props, field) => {
    expect(check(props)).toMatchObject([
      { code, path: 'clusters/management/configs/sample/notification', field },
    ]);
  });
});
