import { Fleet, type FleetSource, formatProblems, type GitFleetSource } from '../../constructs';
import { cluster, problemsOf } from '../support/fleet';
import { allProps, fleetOf, least } from '../support/oci';

/** The problems of a fleet with a source, each as its lines. */
function problems(source: object): string[][] {
  return problemsOf(fleetOf(source as FleetSource)).map((problem) =>
    formatProblems([problem]).split('\n').slice(2, 5),
  );
}

describe("problems of a fleet's source", () => {
  test('every field is known', () => expect(problems(allProps)).toEqual([]));

  const git: Required<GitFleetSource> = {
    kind: 'git',
    url: 'https://git.example.com/fleet.git',
    branch: 'main',
    secretName: 'git-credential',
    interval: '1m',
    path: 'dist',
    charts: 'charts',
  };
  test('every field of git is known', () => expect(problems(git)).toEqual([]));

  test.each([
    [
      'a misspelt kind',
      { ...least, kind: 'OCI' },
      '(fleet) [value-unknown]',
      '  source.kind is "OCI": is none of the values that it takes',
      '  remedy: use git or oci',
    ],
    [
      'a registry without its kind',
      { url: least.url },
      '(fleet) [source-kind]',
      '  source.url is "oci://registry.example.com/fleet": is the address of a registry, and `source.kind` says git',
      "  remedy: set `kind: 'oci'`, or write the https:// or ssh:// address of the repository",
    ],
    [
      'a repository with the kind of a registry',
      { ...least, url: 'https://git.example.com/fleet.git' },
      '(fleet) [url-scheme]',
      '  source.url is "https://git.example.com/fleet.git": is no oci:// address',
      '  remedy: use oci://',
    ],
    [
      "git's field",
      { ...least, branch: 'main' },
      '(fleet) [field-unknown]',
      '  source.branch is "main": is no field here',
      '  remedy: remove it, or use one of kind, url, tag, secretName, interval, path, provider, verify',
    ],
    [
      "a registry's field",
      { ...git, tag: 'latest' },
      '(fleet) [field-unknown]',
      '  source.tag is "latest": is no field here',
      '  remedy: remove it, or use one of kind, url, branch, secretName, interval, path, charts',
    ],
    [
      'no address',
      { kind: 'oci' },
      '(fleet) [field-missing]',
      '  source.url: is required',
      '  remedy: add `url`',
    ],
    [
      'a tag in the address',
      { ...least, url: 'oci://registry.example.com/fleet:v1' },
      '(fleet) [url-tagged]',
      '  source.url is "fleet:v1": says which artifact, which `tag` does',
      '  remedy: move the tag or digest into `tag`',
    ],
    [
      'capitals in the address',
      { ...least, url: 'oci://registry.example.com/Fleet' },
      '(fleet) [url-malformed]',
      '  source.url is "oci://registry.example.com/Fleet": has a path that no registry takes',
      '  remedy: use lower-case letters and digits, with single `.`, `_`, `-` and `/` between them',
    ],
    [
      'a slash at the end',
      { ...least, url: 'oci://registry.example.com/fleet/' },
      '(fleet) [url-malformed]',
      '  source.url is "oci://registry.example.com/fleet/": has a path that no registry takes',
      '  remedy: use lower-case letters and digits, with single `.`, `_`, `-` and `/` between them',
    ],
    [
      'no tag',
      { ...least, tag: 'feature/one' },
      '(fleet) [tag-malformed]',
      '  source.tag is "feature/one": is no tag',
      '  remedy: use letters, digits, `_`, `.` and `-`, at most 128, such as latest',
    ],
    [
      'another cloud',
      { ...least, provider: 'amazon' },
      '(fleet) [value-unknown]',
      '  source.provider is "amazon": is none of the values that it takes',
      '  remedy: use generic, aws, azure or gcp',
    ],
    [
      'signatures of anyone',
      { ...least, verify: { identities: [] } },
      '(fleet) [verify-anyone]',
      '  source.verify.identities is []: is empty, so that a signature of anyone would do',
      '  remedy: name the issuer and subject of your signer, or a Secret with its public key',
    ],
    [
      'verification that is no object',
      { ...least, verify: 'cosign' },
      '(fleet) [field-malformed]',
      '  source.verify is "cosign": is no object',
      '  remedy: write its fields in braces: secretName, identities',
    ],
    [
      'days',
      { ...least, interval: '1d' },
      '(fleet) [duration-malformed]',
      '  source.interval is "1d": is no Go duration',
      '  remedy: write 24h: there is no unit of a day',
    ],
    [
      'no folder',
      { ...least, path: './dist' },
      '(fleet) [source-path]',
      '  source.path is "./dist": is no folder of the repository',
      '  remedy: write it from the root of the repository, without `./` or a slash at an end: dist, or deploy/dist',
    ],
    [
      'an issuer that is nobody',
      { ...least, verify: { identities: [{ issuer: '', subject: '^fleet$' }] } },
      '(fleet) [verify-anyone]',
      '  source.verify.identities[0].issuer is "": is open: it is a regular expression, and matches whatever there is',
      '  remedy: write what the signer must have, between ^ and $',
    ],
    [
      'any subject',
      { ...least, verify: { identities: [{ issuer: '^ci$', subject: '.*' }] } },
      '(fleet) [verify-anyone]',
      '  source.verify.identities[0].subject is ".*": is open: it is a regular expression, and matches whatever there is',
      '  remedy: write what the signer must have, between ^ and $',
    ],
    [
      'an open bracket',
      { ...least, verify: { identities: [{ issuer: '[', subject: '^fleet$' }] } },
      '(fleet) [value-invalid]',
      '  source.verify.identities[0].issuer is "[": is no regular expression of Go',
      '  remedy: write it like ^https://github\\.com/team/repo/.*$, without look-arounds and references back',
    ],
    [
      'a look-ahead',
      { ...least, verify: { identities: [{ issuer: '^ci(?!x)', subject: '^fleet$' }] } },
      '(fleet) [value-invalid]',
      '  source.verify.identities[0].issuer is "^ci(?!x)": is no regular expression of Go',
      '  remedy: write it like ^https://github\\.com/team/repo/.*$, without look-arounds and references back',
    ],
    [
      'no name of a Secret with a key',
      { ...least, verify: { secretName: '' } },
      '(fleet) [name-invalid]',
      '  source.verify.secretName is "": is no name of a Secret',
      '  remedy: use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
    ],
    ...[git, least].map((source): [string, object, string, string, string] => [
      `no name of a Secret for ${source.kind}`,
      { ...source, secretName: 'Bad Name' },
      '(fleet) [name-invalid]',
      '  source.secretName is "Bad Name": is no name of a Secret',
      '  remedy: use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
    ]),
    ...['', 'a b', 'a..b', '-x', 'a//b', 'a.lock', 'a/.b', '@'].map(
      (branch): [string, object, string, string, string] => [
        `the branch ${JSON.stringify(branch)}`,
        { ...git, branch },
        '(fleet) [ref-malformed]',
        `  source.branch is ${JSON.stringify(branch)}: is no name of a branch`,
        '  remedy: write it as `git branch` lists it, such as main or release/1.x',
      ],
    ),
  ])('%s', (_, source, ...text) => {
    expect(problems(source)).toEqual([text]);
  });

  test.each(['(?i)^ci$', '(?P<who>ci)$', '^https://github\\.com/team/.*$'])(
    'takes the issuer %s',
    (issuer) => {
      expect(problems({ ...least, verify: { identities: [{ issuer, subject: 'fleet' }] } })).toEqual([]);
    },
  );

  test('no name of the Secret that decrypts', () => {
    const fleet = new Fleet({ source: git, decryptionSecret: 'Bad Name' });
    cluster(fleet, 'management', { management: true });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'name-invalid', field: 'decryptionSecret', problem: 'is no name of a Secret' },
    ]);
  });
});
