import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Credentials, credentialsFor } from '../../../cli/registry/credentials';
import { FleetError } from '../../../constructs';
import { temporaryFolder } from '../../support/folder';

const scratch = temporaryFolder('credentials');
const HOST = 'registry.example.com:5000';
const base64 = (text: string) => Buffer.from(text).toString('base64');

let count = 0;
/** The environment of a person whose Docker configuration is this. */
function configured(config: unknown): NodeJS.ProcessEnv {
  const folder = path.join(scratch, `${count++}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(
    path.join(folder, 'config.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );
  return { ...process.env, DOCKER_CONFIG: folder };
}

/** A credential helper on the PATH, a shell script. */
function helper(env: NodeJS.ProcessEnv, name: string, script: string): NodeJS.ProcessEnv {
  const bin = env.DOCKER_CONFIG ?? '';
  fs.writeFileSync(path.join(bin, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...env, PATH: `${bin}:${process.env.PATH}` };
}

function problemOf(env: NodeJS.ProcessEnv): string {
  try {
    credentialsFor(HOST, env);
    return 'none';
  } catch (error) {
    if (error instanceof FleetError) return error.message;
    throw error;
  }
}

describe('credentials of a registry', () => {
  test.each<[string, object, Credentials | undefined]>([
    ['name and password', { auth: base64('ci:pass:word') }, { username: 'ci', password: 'pass:word' }],
    ['both apart', { username: 'ci', password: 'word' }, { username: 'ci', password: 'word' }],
    [
      'an identity token',
      { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'one' },
      { identityToken: 'one' },
    ],
    ['a registry token', { registrytoken: 'two' }, { registryToken: 'two' }],
    ['an empty entry', {}, undefined],
  ])('are %s', (_, entry, expected) => {
    expect(credentialsFor(HOST, configured({ auths: { [HOST]: entry } }))).toEqual(expected);
  });

  test.each([HOST, `https://${HOST}`, `https://${HOST}/v1/`, `${HOST}/team`])('are found under %s', (key) => {
    const auths = {
      'registry.example.com': { auth: base64('other:other') },
      [`another.${HOST}`]: { auth: base64('other:other') },
      [key]: { auth: base64('ci:word') },
    };
    expect(credentialsFor(HOST, configured({ auths }))).toEqual({ username: 'ci', password: 'word' });
  });

  test('are none where nobody logged in', () => {
    expect(credentialsFor(HOST, { DOCKER_CONFIG: path.join(scratch, 'nowhere') })).toBeUndefined();
    expect(credentialsFor(HOST, configured({ auths: {} }))).toBeUndefined();
    expect(credentialsFor(HOST, configured({}))).toBeUndefined();
    expect(credentialsFor(HOST, configured({ auths: { [HOST]: null }, credHelpers: null }))).toBeUndefined();
    expect(credentialsFor(HOST, configured({ auths: { [HOST]: { auth: null } } }))).toBeUndefined();
  });

  test('come from the helper of the registry, which is asked for it alone', () => {
    const env = configured({ credHelpers: { [HOST]: 'own' }, credsStore: 'all' });
    const script = `[ "$1" = get ] && [ "$(cat)" = ${HOST} ] || exit 3\necho '{"ServerURL":"","Username":"ci","Secret":"word"}'`;
    expect(credentialsFor(HOST, helper(env, 'own', script))).toEqual({ username: 'ci', password: 'word' });
  });

  test('come from the store for all registries, as a token', () => {
    const env = configured({ credsStore: 'all' });
    const script = `echo '{"Username":"<token>","Secret":"one"}'`;
    expect(credentialsFor(HOST, helper(env, 'all', script))).toEqual({ identityToken: 'one' });
  });

  test('come from the file where the helper has none', () => {
    const env = configured({ credsStore: 'all', auths: { [HOST]: { auth: base64('ci:word') } } });
    const script = 'echo "credentials not found in native keychain"; exit 1';
    expect(credentialsFor(HOST, helper(env, 'all', script))).toEqual({ username: 'ci', password: 'word' });
  });

  test.each([
    ['no JSON', '{"auths": {"a": {"auth": "c2VjcmV0"', 'cannot be read: it is no JSON object'],
    ['no object', '[]x', 'cannot be read: it is no JSON object'],
    [
      'an entry that is none',
      { auths: { [HOST]: { auth: base64('secret') } } },
      `has an entry for ${HOST} whose \`auth\` is not the base64 of name:password\n  remedy: log in again: docker login ${HOST}`,
    ],
    [
      'an entry of another type',
      { auths: { [HOST]: { auth: 5 } } },
      `has an entry for ${HOST} whose \`auth\` is no text\n  remedy: log in again: docker login ${HOST}`,
    ],
    [
      'a registry token that no header can hold',
      { auths: { [HOST]: { registrytoken: 'secret\ny' } } },
      `has an entry for ${HOST} whose \`registrytoken\` has characters that no token has\n`,
    ],
    [
      'an identity token that is none',
      { auths: { [HOST]: { identitytoken: 'secrét' } } },
      `has an entry for ${HOST} whose \`identitytoken\` has characters that no token has\n`,
    ],
    [
      'no name of a store',
      { credsStore: 'a\0secret' },
      'names a credential helper by what is no name\n  remedy: write what follows `docker-credential-` in the name of a program\n',
    ],
    ['no name of a helper', { credHelpers: { [HOST]: 5 } }, 'names a credential helper by what is no name'],
  ])('are a problem when the configuration has %s, which is not repeated', (_, config, text) => {
    const problem = problemOf(configured(config));
    expect(problem).toContain('config.json [registry-credentials]\n  ');
    expect(problem).toContain(text);
    expect(problem).not.toMatch(/c2VjcmV0|secret/);
  });

  test.each([
    ['is not there', undefined, 'cannot be run: ENOENT\n  remedy: install it on the PATH'],
    [
      'fails',
      'exit 7',
      `ended with 7 for ${HOST}\n  remedy: run \`echo ${HOST} | docker-credential-own get\``,
    ],
    [
      'has a token that no header can hold',
      `echo '{"Username":"<token>","Secret":"secr\\u00e9t"}'`,
      `answered with a token that has characters that no token has\n  remedy: log in again: docker login ${HOST}`,
    ],
    ['says something else', 'echo "{}"', 'answered no JSON with Username and Secret'],
  ])('are a problem when the helper %s', (_, script, text) => {
    const env = configured({ credHelpers: { [HOST]: 'own' } });
    const problem = problemOf(script ? helper(env, 'own', script) : env);
    expect(problem).toContain('the credential helper docker-credential-own [registry-credentials]\n  ');
    expect(problem).toContain(text);
    expect(problem).not.toContain('secr');
  });
});
