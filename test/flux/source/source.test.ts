import type { Chart } from 'cdk8s';
import {
  BucketSource,
  type BucketSourceProps,
  formatProblems,
  GitSource,
  type GitSourceProps,
  HelmSource,
  type HelmSourceProps,
  OciSource,
  type OciSourceProps,
} from '../../../constructs';
import { problemsAlone, renderAlone } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const at = { name: 'shop', namespace: 'sample' };
const annotations = { 'example.com/owner': 'team-shop' };

const git: Required<GitSourceProps> = {
  ...at,
  annotations,
  url: 'ssh://git@git.example.com:22/shop.git',
  ref: { commit: '0123456789abcdef0123456789abcdef01234567' },
  interval: '1m30s',
  secretName: 'git-credential',
  sparseCheckout: ['deploy'],
};
const oci: Required<OciSourceProps> = {
  ...at,
  annotations,
  url: 'oci://registry.example.com:5000/shop/manifests',
  ref: { semver: '>=1.2.0 <2.0.0' },
  interval: '5m',
  secretName: 'registry-credential',
  provider: 'aws',
  layerSelector: { mediaType: 'application/vnd.example.tar+gzip', operation: 'extract' },
  verify: { identities: [{ issuer: '^https://ci.example.com$', subject: '^shop$' }] },
};
const bucket: Required<BucketSourceProps> = {
  ...at,
  annotations,
  bucketName: 'shop-manifests',
  endpoint: 's3.example.com:9000',
  region: 'eu-west-1',
  prefix: 'prod/',
  provider: 'generic',
  interval: '5m',
  secretName: 'bucket-credential',
};
const helm: Required<HelmSourceProps> = {
  ...at,
  annotations,
  url: 'https://charts.example.com/stable',
  interval: '30m',
  secretName: 'chart-credential',
};

const sources = (chart: Chart) => {
  new GitSource(chart, 'git', git);
  new OciSource(chart, 'oci', oci);
  new BucketSource(chart, 'bucket', bucket);
  new HelmSource(chart, 'helm', helm);
};

test('every kind of source, with everything set', () => {
  const { yaml } = renderAlone(sources);
  expectGolden(__dirname, 'source.golden.yaml', yaml);
  expectValid(yaml);
});

test('sources with nothing but what they need', () => {
  const { yaml, objects } = renderAlone((chart) => {
    new GitSource(chart, 'git', { ...at, url: 'https://git.example.com/shop.git', ref: { branch: 'main' } });
    new OciSource(chart, 'oci', { ...at, url: 'oci://ghcr.io/example/shop', ref: { tag: 'v1' } });
    new BucketSource(chart, 'bucket', {
      ...at,
      bucketName: 'shop',
      endpoint: 's3.amazonaws.com',
      provider: 'aws',
    });
    new HelmSource(chart, 'helm', { ...at, url: 'https://charts.example.com' });
    new HelmSource(chart, 'helm-oci', { ...at, name: 'charts', url: 'oci://ghcr.io/example/charts' });
  });
  expectValid(yaml);
  expect(
    Object.fromEntries(objects.map(({ kind, metadata, spec }) => [`${kind} ${metadata.name}`, spec])),
  ).toEqual({
    'Bucket shop': { bucketName: 'shop', endpoint: 's3.amazonaws.com', interval: '1m', provider: 'aws' },
    'GitRepository shop': {
      url: 'https://git.example.com/shop.git',
      ref: { branch: 'main' },
      interval: '1m',
    },
    'HelmRepository charts': { type: 'oci', url: 'oci://ghcr.io/example/charts' },
    'HelmRepository shop': { type: 'default', url: 'https://charts.example.com', interval: '1h' },
    'OCIRepository shop': { url: 'oci://ghcr.io/example/shop', ref: { tag: 'v1' }, interval: '1m' },
  });
});

test('an artifact verified by a key, and one named by its digest', () => {
  const digest = `sha256:${'0a'.repeat(32)}`;
  const { yaml, objects } = renderAlone((chart) => {
    new OciSource(chart, 'oci', {
      ...at,
      url: oci.url,
      ref: { digest },
      verify: { secretName: 'cosign-key' },
    });
  });
  expectValid(yaml);
  expect(objects[0]?.spec).toMatchObject({
    ref: { digest },
    verify: { provider: 'cosign', secretRef: { name: 'cosign-key' } },
  });
});

describe('problems', () => {
  const gitWith = (props: Partial<GitSourceProps>) =>
    problemsAlone((chart) => {
      new GitSource(chart, 'git', { ...git, ...props });
    });
  const ociWith = (props: Partial<OciSourceProps>) =>
    problemsAlone((chart) => {
      new OciSource(chart, 'oci', { ...oci, ...props });
    });
  const bucketWith = (props: Partial<BucketSourceProps>) =>
    problemsAlone((chart) => {
      new BucketSource(chart, 'bucket', { ...bucket, ...props });
    });
  const path = 'management/configs/sample/git';

  test.each([
    ['https://ghp_token@git.example.com/shop.git'],
    ['https://user:password@git.example.com/shop.git'],
    ['ssh://git:password@git.example.com/shop.git'],
  ])('a credential in %s is reported, and not repeated', (url) => {
    expect(gitWith({ url })).toEqual([
      {
        code: 'url-credentials',
        path: expect.stringContaining(path),
        field: 'url',
        value: undefined,
        problem: 'carries a credential that everyone who reads git could read',
        remedy: 'put it into a Secret and name that in `secretName`; then revoke this one',
      },
    ]);
  });

  test.each(['file:///srv/shop.git', 'http://git.example.com/shop.git', 'oci://ghcr.io/example/shop'])(
    'a Git source at %s',
    (url) => {
      expect(gitWith({ url })).toMatchObject([
        {
          code: 'url-scheme',
          field: 'url',
          value: url,
          problem: 'is no https:// or ssh:// address',
          remedy: 'use https:// or ssh://',
        },
      ]);
    },
  );

  test('the short form of scp', () => {
    expect(gitWith({ url: 'git@github.com:example/shop.git' })).toMatchObject([
      {
        code: 'url-malformed',
        field: 'url',
        problem: 'is the short form of scp',
        remedy: 'write ssh://git@github.com/example/shop.git',
      },
    ]);
  });

  test.each([
    'https://token@g.exa mple.com/x',
    'https://user:pass/word@git.example.com/x',
    'http://git.example.com/x?token=hunter2',
    'https://git.example.com/x?access_token=hunter2',
  ])('a credential is not repeated: %s', (url) => {
    for (const problem of gitWith({ url }))
      expect(formatProblems([problem])).not.toMatch(/token@|word@|hunter2/);
    expect(gitWith({ url })).not.toEqual([]);
  });

  test('a password in what is no address is not repeated', () => {
    expect(gitWith({ url: 'user:password@git.example.com/shop' })).toMatchObject([
      { code: 'url-scheme', value: undefined },
    ]);
  });

  test.each(['git.example.com/shop', '', 'https:///shop', 'https://git.example.com/a b'])(
    'an address like %j',
    (url) => {
      expect(gitWith({ url })).toMatchObject([
        {
          code: 'url-malformed',
          value: url,
          problem: 'is no address',
          remedy: 'write it like https://git.example.com/team/name',
        },
      ]);
    },
  );

  test('SSH without a key', () => {
    expect(gitWith({ secretName: undefined })).toMatchObject([
      {
        code: 'source-secret-missing',
        field: 'secretName',
        problem: 'is not set, and SSH works with a key only',
        remedy: 'name a Secret with the keys `identity` and `known_hosts`',
      },
    ]);
  });

  test('a reference that says two things, or nothing', () => {
    expect(gitWith({ ref: { branch: 'main', tag: 'v1' } as GitSourceProps['ref'] })).toMatchObject([
      {
        code: 'ref-ambiguous',
        field: 'ref',
        value: { branch: 'main', tag: 'v1' },
        problem: 'says 2 things',
        remedy: 'give exactly one of branch, tag, commit',
      },
    ]);
    expect(ociWith({ ref: {} as OciSourceProps['ref'] })).toMatchObject([
      {
        code: 'ref-ambiguous',
        problem: 'says nothing',
        remedy: 'give exactly one of tag, semver, digest',
      },
    ]);
  });

  test('a short commit and a short digest', () => {
    expect(gitWith({ ref: { commit: '0123abc' } })).toMatchObject([
      {
        code: 'ref-malformed',
        field: 'ref.commit',
        value: '0123abc',
        problem: 'is no whole commit',
        remedy: 'write all 40 hexadecimal digits',
      },
    ]);
    expect(ociWith({ ref: { digest: 'sha256:0123' } })).toMatchObject([
      {
        code: 'ref-malformed',
        field: 'ref.digest',
        problem: 'is no whole digest',
        remedy: 'write sha256: and 64 hexadecimal digits',
      },
    ]);
  });

  test.each(['oci://ghcr.io/example/shop:1.2.3', 'oci://localhost:5000/shop@sha256:00'])(
    'a reference inside the address %s',
    (url) => {
      expect(ociWith({ url })).toMatchObject([
        {
          code: 'url-tagged',
          field: 'url',
          value: url.slice(url.lastIndexOf('/') + 1),
          problem: 'says which artifact, which `ref` does',
          remedy: 'move the tag or digest into `ref`',
        },
      ]);
    },
  );

  test('a registry without its scheme', () => {
    expect(ociWith({ url: 'https://ghcr.io/example/shop' })).toMatchObject([
      { code: 'url-scheme', problem: 'is no oci:// address', remedy: 'use oci://' },
    ]);
  });

  test('a signature of anyone', () => {
    expect(ociWith({ verify: { identities: [] } })).toMatchObject([
      {
        code: 'verify-anyone',
        field: 'verify.identities',
        value: [],
        problem: 'is empty, so that a signature of anyone would do',
        remedy: 'name the issuer and subject of your signer, or a Secret with its public key',
      },
    ]);
  });

  test('a bucket endpoint that is an address, its credential not repeated', () => {
    const problem = {
      code: 'endpoint-malformed',
      field: 'endpoint',
      problem: 'is no host',
      remedy: 'write it like s3.example.com or s3.example.com:9000, without a scheme and path',
    };
    expect(bucketWith({ endpoint: 'https://s3.example.com' })).toMatchObject([
      { ...problem, value: 'https://s3.example.com' },
    ]);
    expect(bucketWith({ endpoint: 'key:secret@s3.example.com' })).toMatchObject([
      { ...problem, value: undefined },
    ]);
  });

  test('a bucket name, and a generic bucket without keys', () => {
    expect(bucketWith({ bucketName: 'Shop', secretName: undefined })).toMatchObject([
      {
        code: 'bucket-name',
        field: 'bucketName',
        value: 'Shop',
        problem: 'is no name of a bucket',
        remedy: 'use 3 to 63 of a-z, 0-9, `-` and `.`',
      },
      {
        code: 'source-secret-missing',
        field: 'secretName',
        problem: 'is not set, and a generic bucket is read with keys only',
        remedy:
          'name a Secret with the keys `accesskey` and `secretkey`, or choose the provider of your cloud',
      },
    ]);
  });

  test('a chart repository over plain HTTP', () => {
    const problems = problemsAlone((chart) => {
      new HelmSource(chart, 'helm', { ...helm, url: 'http://charts.example.com' });
    });
    expect(problems).toMatchObject([
      { code: 'url-scheme', problem: 'is no https:// or oci:// address', remedy: 'use https:// or oci://' },
    ]);
  });

  test('every source looks at its interval', () => {
    const problems = problemsAlone((chart) => {
      new GitSource(chart, 'git', { ...git, interval: '1d' });
      new OciSource(chart, 'oci', { ...oci, interval: '10' });
      new BucketSource(chart, 'bucket', { ...bucket, interval: '-1m' });
      new HelmSource(chart, 'helm', { ...helm, interval: '0s' });
    });
    const common = { code: 'duration-malformed', field: 'interval' };
    expect(problems).toMatchObject([
      {
        ...common,
        value: '1d',
        problem: 'is no Go duration',
        remedy: 'write 24h: there is no unit of a day',
      },
      { ...common, value: '10', problem: 'is no Go duration', remedy: 'write it like 90s, 10m or 1h30m' },
      { ...common, value: '-1m' },
      { ...common, value: '0s', problem: 'is no time at all', remedy: 'use more than zero, such as 10m' },
    ]);
  });
});

describe('fields', () => {
  const of = {
    git: (chart: Chart, props: object) => new GitSource(chart, 'source', { ...git, ...props }),
    oci: (chart: Chart, props: object) => new OciSource(chart, 'source', { ...oci, ...props }),
    bucket: (chart: Chart, props: object) => new BucketSource(chart, 'source', { ...bucket, ...props }),
    helm: (chart: Chart, props: object) => new HelmSource(chart, 'source', { ...helm, ...props }),
  };

  test.each<[keyof typeof of, string, object, string]>([
    ['git', 'field-unknown', { branch: 'main' }, 'branch'],
    ['git', 'field-missing', { url: undefined }, 'url'],
    ['git', 'field-unknown', { ref: { branch: 'main', comit: 'x' } }, 'ref.comit'],
    ['git', 'field-malformed', { ref: 'main' }, 'ref'],
    ['oci', 'field-unknown', { insecure: true }, 'insecure'],
    ['oci', 'value-unknown', { provider: 'amazon' }, 'provider'],
    [
      'oci',
      'value-unknown',
      { layerSelector: { mediaType: 'x', operation: 'unpack' } },
      'layerSelector.operation',
    ],
    ['oci', 'field-missing', { layerSelector: {} }, 'layerSelector.mediaType'],
    ['oci', 'field-unknown', { verify: { secret: 'x' } }, 'verify.secret'],
    ['oci', 'field-missing', { verify: { identities: [{ issuer: 'x' }] } }, 'verify.identities[0].subject'],
    ['oci', 'verify-anyone', { verify: {} }, 'verify.identities'],
    ['bucket', 'field-unknown', { insecure: true }, 'insecure'],
    ['bucket', 'value-unknown', { provider: 'azure' }, 'provider'],
    ['helm', 'field-unknown', { type: 'oci' }, 'type'],
    ['helm', 'field-missing', { url: undefined }, 'url'],
  ])('of %s: %s %j', (kind, code, props, field) => {
    const problems = problemsAlone((chart) => {
      of[kind](chart, props);
    });
    expect(problems).toMatchObject([{ code, path: 'clusters/management/configs/sample/source', field }]);
  });
});
