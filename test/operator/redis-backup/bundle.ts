import type { Kind, KubeObject, Wanted } from '../../../operator/kit';
import { type Bundle, declaredBundle, settledBundle } from '../../../operator/redis-backup/bundle';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import type { Settings } from '../../../operator/redis-backup/settings';

/** What a test's bundle differs in from one that has nothing but its names. */
export interface BundleProps {
  readonly spec?: RedisBackupResource['spec'];
  readonly status?: RedisBackupResource['status'];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  /** Whether its volume claim is there. @default false */
  readonly hasVolume?: boolean;
  readonly reason?: Bundle['run']['reason'];
  readonly now?: Date;
  /** Answers a call to S3, or throws. */
  readonly s3: (command: { readonly input: { readonly Key?: string } }) => Promise<unknown>;
}

/** A bundle, and what has been written to its API server, which keeps nothing. */
export interface TestBundle {
  readonly bundle: Bundle;
  readonly written: Wanted[];
  readonly removed: string[];
}

/** A bundle whose resource is `shop/cart` of the cluster `prod`. */
export function testBundle(props: BundleProps): TestBundle {
  const { spec = {}, status, annotations, deletionTimestamp, now = new Date(), reason = 'tick', s3 } = props;
  const { hasVolume = false } = props;
  const settings: Settings = {
    platform: {
      s3: {
        ...{ endpoint: 'https://s3.example.com', region: 'eu-west-1', bucketPrefix: 'fleet' },
        operator: { secretName: 'operator' },
        jobSecrets: { backup: 'backup', restoreTest: 'restore-test' },
      },
    },
    ...{ cluster: 'prod', namespace: 'fleetwright-system' },
  };
  const item: RedisBackupResource = {
    ...{ apiVersion: 'fleetwright.dev/v1alpha1', kind: 'RedisBackup', spec, status },
    metadata: {
      ...{ name: 'cart', namespace: 'shop', uid: 'uid-1', resourceVersion: '1', annotations },
      ...{ creationTimestamp: '2026-01-01T00:00:00Z', deletionTimestamp },
    },
  };
  const [written, removed]: [Wanted[], string[]] = [[], []];
  const write = async (_: object, object: Wanted) => void written.push(object);
  const api = {
    ...{ manager: 'redis-backup', list: async (): Promise<KubeObject[]> => [], apply: write, create: write },
    get: async ({ kind }: Kind) => (kind === 'PersistentVolumeClaim' && hasVolume ? { kind } : undefined),
    remove: async ({ plural }: Kind, { name }: { name: string }) => {
      removed.push(`${plural}/${name}`);
      return true;
    },
  } as unknown as Bundle['run']['api'];
  const declared = declaredBundle(item, settings, 'uid-1');
  const bundle: Bundle = {
    ...{ item, declared, settings, settled: settledBundle(declared, settings), clusterUid: 'uid-2' },
    s3: { send: s3 } as unknown as Bundle['s3'],
    run: { api, reason, now, signal: new AbortController().signal },
  };
  return { bundle, written, removed };
}
