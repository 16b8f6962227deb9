import type { Problem } from '../../problem';

/**
 * What is wrong with the address of a source: its scheme, its shape, or a credential that everyone who
 * reads git could read. The credential itself is in no problem.
 */
export function checkUrl(
  path: string,
  field: string,
  url: string | undefined,
  schemes: readonly ('https' | 'ssh' | 'oci')[],
): Problem[] {
  // A missing one is left to the check of fields.
  if (url === undefined) return [];
  const allowed = schemes.map((scheme) => `${scheme}://`).join(' or ');
  const scp = /^([\w.-]+@)?([\w.-]+):(?!\/\/)([^@]+)$/.exec(url);
  if (scp && schemes.includes('ssh')) {
    const remedy = `write ssh://${scp[1] ?? 'git@'}${scp[2]}/${scp[3]}`;
    return [{ code: 'url-malformed', path, field, value: url, problem: 'is the short form of scp', remedy }];
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && isCredential(parsed)) {
    return [
      {
        code: 'url-credentials',
        path,
        field,
        value: undefined,
        problem: 'carries a credential that everyone who reads git could read',
        remedy: 'put it into a Secret and name that in `secretName`; then revoke this one',
      },
    ];
  }
  const at = { path, field, value: MAY_BE_SECRET.test(url) ? undefined : url };
  if (parsed && !schemes.some((scheme) => parsed.protocol === `${scheme}:`)) {
    return [{ ...at, code: 'url-scheme', problem: `is no ${allowed} address`, remedy: `use ${allowed}` }];
  }
  if (parsed?.hostname && /^[a-z]+:\/\/[^\s/]+\//.test(`${url}/`) && !/\s/.test(url)) return [];
  return [
    {
      ...at,
      code: 'url-malformed',
      problem: 'is no address',
      remedy: `write it like ${schemes[0]}://${schemes[0] === 'oci' ? 'registry' : 'git'}.example.com/team/name`,
    },
  ];
}

/** What may hold a credential is not repeated in a problem: problems end in the logs of CI. */
const MAY_BE_SECRET = /(?<!\/\/git)@|\?/;

/** A user alone is part of every SSH address; over HTTPS it may be a token. So may what follows a `?`. */
function isCredential({ protocol, username, password, search }: URL): boolean {
  return password !== '' || search !== '' || (username !== '' && protocol !== 'ssh:');
}
