import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Kind } from '../../constructs/cluster-api/template-cleanup/kinds';
import { Server } from './api';
import { run } from './run';

/*
 * Removes templates of machines which nothing uses any more, as a pod of the management cluster:
 *
 *   node template-cleanup.js --namespace=clusters --templates=<group>/<version>/<plural> ... [--dry-run]
 *
 * NODE_EXTRA_CA_CERTS names the API server's authority. FLEETWRIGHT_TOKEN_FILE is the account's token where that is
 * not at the usual place. It ends with 1 if something could not be read or removed.
 */

const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      namespace: { type: 'string' },
      templates: { type: 'string', multiple: true },
      'dry-run': { type: 'boolean' },
    },
  });
  const { namespace, templates = [], 'dry-run': dryRun = false } = values;
  if (!namespace || templates.length === 0) throw new Error('--namespace and --templates are required');
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  const api = new Server({
    // An address of IPv6 needs brackets.
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    token: readFileSync(process.env.FLEETWRIGHT_TOKEN_FILE ?? TOKEN_FILE, 'utf8').trim(),
    namespace,
  });
  await run({ api, templates: templates.map(kindOf), dryRun, print: (line) => console.log(line) });
}

function kindOf(written: string): Kind {
  const [group, version, plural, ...more] = written.split('/');
  if (!group || !version || !plural || more.length > 0) throw new Error(`no kind: ${written}`);
  return { group, version, plural };
}

main().catch((error: unknown) => {
  const { message, cause } = error as Error;
  console.error(`template-cleanup: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`);
  process.exitCode = 1;
});
