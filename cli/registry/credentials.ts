import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { FleetError } from '../../constructs';
import { isToken } from './text';

/** How to log in to a registry: a name and password, a token that buys others, or a token as it is. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string }
  | { readonly registryToken: string };

interface DockerConfig {
  readonly auths?: Readonly<Record<string, unknown>>;
  readonly credHelpers?: Readonly<Record<string, unknown>>;
  readonly credsStore?: unknown;
}

/**
 * What `docker login`, or a helper that its configuration names, has for a registry.
 *
 * @param host with its port, if it has one
 * @returns nothing where there is nothing: the registry may let everyone in
 * @throws FleetError when the configuration cannot be read, or its helper fails
 * @see https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
export function credentialsFor(host: string, env: NodeJS.ProcessEnv = process.env): Credentials | undefined {
  const file = path.join(env.DOCKER_CONFIG || path.join(homedir(), '.docker'), 'config.json');
  if (!existsSync(file)) return undefined;
  const config = readConfig(file);
  const helper = config.credHelpers?.[host] ?? config.credsStore;
  if (helper && !isHelper(helper)) {
    const remedy = 'write what follows `docker-credential-` in the name of a program';
    throw loginProblem(file, 'names a credential helper by what is no name', remedy);
  }
  const found = isHelper(helper) ? askHelper(helper, host, env) : undefined;
  if (found) return found;
  const key = Object.keys(config.auths ?? {}).find((name) => hostOf(name) === host);
  return key === undefined ? undefined : fromEntry(file, host, config.auths?.[key]);
}

/** Keys of `auths` are hosts, or addresses with a scheme and a path. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function readConfig(file: string): DockerConfig {
  try {
    const config: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof config === 'object' && config !== null) return config;
    throw new Error('is no object');
  } catch (cause) {
    // No more of the cause: it may quote the file, which holds passwords.
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it is no JSON object';
    throw loginProblem(file, `cannot be read: ${reason}`, 'correct it, or remove it and log in again');
  }
}

function isHelper(name: unknown): name is string {
  return typeof name === 'string' && /^[\w.-]+$/.test(name);
}

const FIELDS = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'] as const;

/** @param entry of `auths`, as it is in the file */
function fromEntry(file: string, host: string, entry: unknown): Credentials | undefined {
  const refuse = (field: string, wrong: string) =>
    loginProblem(
      file,
      `has an entry for ${host} whose \`${field}\` ${wrong}`,
      `log in again: docker login ${host}`,
    );
  const fields: Partial<Record<(typeof FIELDS)[number], string>> = {};
  for (const field of FIELDS) {
    const value: unknown = Object(entry)[field];
    if (typeof value === 'string') fields[field] = value;
    else if (value !== undefined && value !== null) throw refuse(field, 'is no text');
  }
  const { auth, username, password, identitytoken, registrytoken } = fields;
  if (registrytoken && !isToken(registrytoken)) throw refuse('registrytoken', UNFIT);
  if (registrytoken) return { registryToken: registrytoken };
  if (identitytoken && !isToken(identitytoken)) throw refuse('identitytoken', UNFIT);
  if (identitytoken) return { identityToken: identitytoken };
  if (username && password) return { username, password };
  if (!auth) return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon > 0) return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  throw refuse('auth', 'is not the base64 of name:password');
}

const UNFIT = 'has characters that no token has';

const NOTHING = 'credentials not found in native keychain';

function askHelper(name: string, host: string, env: NodeJS.ProcessEnv): Credentials | undefined {
  const program = `docker-credential-${name}`;
  const { error, status, stdout } = spawnSync(program, ['get'], {
    ...{ input: host, env, encoding: 'utf8', timeout: 60_000 },
    // What it says on standard error is for the person who logs in.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const where = `the credential helper ${program}`;
  const failure = (error as NodeJS.ErrnoException | undefined)?.code;
  // One that answers without reading the question has answered.
  if (failure !== undefined && failure !== 'EPIPE') {
    const remedy = 'install it on the PATH, or remove it from the configuration of Docker';
    throw loginProblem(where, `cannot be run: ${failure}`, remedy);
  }
  if (status !== 0) {
    if (stdout.trim() === NOTHING) return undefined;
    throw loginProblem(where, `ended with ${status} for ${host}`, `run \`echo ${host} | ${program} get\``);
  }
  const answer = parseAnswer(stdout);
  if (!answer) throw loginProblem(where, 'answered no JSON with Username and Secret', 'update the helper');
  if (answer.Username !== '<token>') return { username: answer.Username, password: answer.Secret };
  if (isToken(answer.Secret)) return { identityToken: answer.Secret };
  throw loginProblem(where, `answered with a token that ${UNFIT}`, `log in again: docker login ${host}`);
}

function parseAnswer(stdout: string): { readonly Username: string; readonly Secret: string } | undefined {
  try {
    const answer = JSON.parse(stdout);
    return typeof answer.Username === 'string' && typeof answer.Secret === 'string' ? answer : undefined;
  } catch {
    return undefined;
  }
}

function loginProblem(where: string, problem: string, remedy: string): FleetError {
  return new FleetError([
    { code: 'registry-credentials', path: where, field: '', value: undefined, problem, remedy },
  ]);
}
