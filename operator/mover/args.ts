import { parseArgs } from 'node:util';
import { Impossible } from './outcome';

const VERBS = ['backup', 'fetch', 'prove', 'bucket'] as const;

/** What the mover does. */
export type Verb = (typeof VERBS)[number];

/** What it is told; docs/redis-platform.md, "The mover". */
export interface MoverArgs {
  readonly verb: Verb;
  readonly bucket: string;
  readonly pathStyle: boolean;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly work: string;
  readonly suspiciousFall: number;
  readonly requireHardening: boolean;
  /** Of the cluster, where it is known. */
  readonly clusterUid?: string;
  readonly key?: string;
  readonly time?: string;
  /** Whether it may be a backup of another bundle. */
  readonly anyBundle: boolean;
}

/** Options that only some verbs have. */
const OF_VERBS: Readonly<Record<string, readonly Verb[]>> = {
  work: ['backup', 'fetch', 'prove'],
  'suspicious-fall': ['backup'],
  key: ['fetch'],
  time: ['fetch'],
  'require-hardening': ['bucket'],
  'cluster-uid': ['bucket', 'backup'],
  'any-bundle': ['fetch'],
};

/** @throws Impossible that names the argument */
export function parseMoverArgs(args: readonly string[]): MoverArgs {
  const { values, positionals } = parsed(args);
  const [verb, ...more] = positionals;
  if (!isVerb(verb) || more.length > 0) {
    throw new Impossible(`write one of ${VERBS.join(', ')}, not ${JSON.stringify(positionals.join(' '))}`);
  }
  for (const [option, verbs] of Object.entries(OF_VERBS)) {
    if (option in values && !verbs.includes(verb)) throw new Impossible(`${verb} has no option --${option}`);
  }
  const { bucket, cluster, namespace, name } = values;
  for (const [option, value] of Object.entries({ bucket, cluster, namespace, name })) {
    if (!value) throw new Impossible(`--${option} is missing`);
  }
  const suspiciousFall = Number(values['suspicious-fall'] ?? 90);
  if (!(suspiciousFall >= 1 && suspiciousFall <= 100)) {
    throw new Impossible(`--suspicious-fall=${values['suspicious-fall']} is no percentage from 1 to 100`);
  }
  const { key, time } = values;
  if (key !== undefined && time !== undefined) throw new Impossible('give --key or --time, not both');
  if (time !== undefined && (!/^\d{4}-\d\d-\d\dT/.test(time) || Number.isNaN(Date.parse(time)))) {
    throw new Impossible(`--time=${time} is no time: write it as 2026-01-31T12:00:00Z`);
  }
  return {
    ...({ verb, bucket, cluster, namespace, name } as Pick<
      MoverArgs,
      'verb' | 'bucket' | 'cluster' | 'namespace' | 'name'
    >),
    pathStyle: values['path-style'] ?? false,
    work: values.work ?? '/work',
    suspiciousFall,
    requireHardening: values['require-hardening'] ?? false,
    clusterUid: values['cluster-uid'],
    key,
    time,
    anyBundle: values['any-bundle'] ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        bucket: { type: 'string' },
        'path-style': { type: 'boolean' },
        cluster: { type: 'string' },
        namespace: { type: 'string' },
        name: { type: 'string' },
        work: { type: 'string' },
        'suspicious-fall': { type: 'string' },
        'require-hardening': { type: 'boolean' },
        'cluster-uid': { type: 'string' },
        key: { type: 'string' },
        time: { type: 'string' },
        'any-bundle': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new Impossible((error as Error).message);
  }
}

function isVerb(text: string | undefined): text is Verb {
  return VERBS.includes(text as Verb);
}
