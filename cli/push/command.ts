import * as fs from 'node:fs';
import { FleetError } from '../../constructs';
import { checkTag } from '../../constructs/fleet/check/source';
import { credentialsFor } from '../registry/credentials';
import { parsed, UsageError } from '../usage';
import { type Plan, planOf } from './plan';
import { type Pushed, push } from './push';

export const PUSH_USAGE = `Usage: fleetwright push [oci://registry/path] [options]

Pushes the folder of each cluster to a registry, as an artifact that the cluster's Flux reads; and each chart.
Nothing is pushed where the registry has the content already, so that what did not change is no new revision.
Charts come first: while one fails, no cluster is pushed. A cluster that fails keeps no other back.

Arguments:
  oci://registry/path    where to push to (default: where the rendered clusters read, source.url in main.ts)

Options:
  --dist <folder>        the output of synth (default: dist)
  --charts <folder>      charts, each a folder with a Chart.yaml (default: charts, if it is there)
  --tag <tag>            the tag to move (default: what the rendered clusters read)
  --source <url>         the repository that it comes from, for the registry to show; no revision by itself
  --dry-run              ask the registry, and say what would be pushed
  --insecure-http        plain HTTP, to a registry on this machine only
  -h, --help             show this
  --verbose              show stack traces

It logs in like Docker: by the credentials and helpers that DOCKER_CONFIG or ~/.docker/config.json has.

Examples:
  npx fleetwright push
  npx fleetwright push --dry-run
  npx fleetwright push --source https://github.com/example/fleet
  npx fleetwright push oci://mirror.example.com/fleet --dist build/dist --tag staging

Exit status: 0 the registry has it all, 1 problems were found, 2 the command was not understood.
`;

/** Runs `fleetwright push`. */
export async function pushCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = parsed(args, {
    dist: { type: 'string', default: 'dist' },
    charts: { type: 'string' },
    tag: { type: 'string' },
    source: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    'insecure-http': { type: 'boolean', default: false },
  });
  const [address, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`push takes one address, not ${positionals.length}`);
  const { dist, source: repository, 'dry-run': dryRun, 'insecure-http': insecure } = values;
  const wrong = checkTag('fleetwright push', '--tag', values.tag);
  if (wrong.length > 0) throw new FleetError(wrong);
  const plan = planOf({ dist, charts: chartsFolder(values.charts), repository });
  const url = address ?? plan.source.url;
  const tag = values.tag ?? plan.source.tag;
  const { host, path } = registryOf(url, insecure);
  tellApart(plan, url, tag);
  process.stdout.write(`${dist}/ to ${url}, tag ${tag}${dryRun ? ', only tried' : ''}\n`);
  const credentials = credentialsFor(host);
  const all: Pushed[] = [];
  try {
    await push(plan, { host, path, tag, insecure, credentials, dryRun }, (pushed) => {
      all.push(pushed);
      process.stdout.write(lineOf(pushed, dryRun));
      if (pushed.size > LARGE) warn(`${pushed.name} has ${kib(pushed.size)}: Flux unpacks it for every sync`);
    });
  } finally {
    if (all.length > 0) process.stdout.write(summaryOf(plan, all, dryRun));
  }
}

const LARGE = 1024 * 1024;

function lineOf({ reference, before, digest, size }: Pushed, dryRun: boolean): string {
  const [what, was] =
    before === digest
      ? ['unchanged', '']
      : before
        ? [dryRun ? 'differs' : 'pushed', `, was ${before}`]
        : [dryRun ? 'missing' : 'pushed', dryRun ? '' : ', new'];
  return `${what.padEnd(9)} ${reference}@${digest} ${kib(size)}${was}\n`;
}

function summaryOf(plan: Plan, all: readonly Pushed[], dryRun: boolean): string {
  const changed = all.filter(({ before, digest }) => before !== digest).length;
  const names = [...plan.charts, ...plan.clusters, plan.management].map(({ name }) => name);
  const left = names.filter((wanted) => all.every(({ name }) => name !== wanted));
  const rest = left.length > 0 ? `, ${left.length} failed or not tried: ${left.join(', ')}` : '';
  return `${names.length} artifacts, ${changed} ${dryRun ? 'to be pushed' : 'pushed'}${rest}\n`;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

function tellApart({ source }: Plan, url: string, tag: string): void {
  if (url === source.url && tag === source.tag) return;
  warn(`the clusters of this fleet read ${source.url}, tag ${source.tag}`);
}

function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}

/** The folder that was asked for, or the usual one if it is there. */
function chartsFolder(wanted: string | undefined): string | undefined {
  const folder = wanted ?? 'charts';
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  if (wanted === undefined) return undefined;
  throw new FleetError([
    {
      code: 'charts-missing',
      path: folder,
      field: '',
      value: undefined,
      problem: 'is no folder',
      remedy: 'name the folder of the charts, or leave --charts out',
    },
  ]);
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

const ADDRESS = /^oci:\/\/((?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?)((?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)$/;

function registryOf(url: string, insecure: boolean): { readonly host: string; readonly path: string } {
  const [, written = '', path = ''] = ADDRESS.exec(url) ?? [];
  const host = URL.canParse(`https://${written}`) ? written : '';
  if (host && (!insecure || LOOPBACK.test(host))) return { host, path: path.slice(1) };
  throw new FleetError([
    host
      ? {
          code: 'registry-plaintext',
          path: '--insecure-http',
          field: '',
          value: host,
          problem: 'is not on this machine, so that a password would be sent in the open',
          remedy: 'leave --insecure-http out, and let the registry serve HTTPS',
        }
      : {
          code: 'registry-address',
          path: 'fleetwright push',
          field: '',
          // Not repeated: it may hold a password.
          value: undefined,
          problem: 'was given an address that is none of a registry',
          remedy:
            'write it like oci://registry.example.com/fleet, in lower case, without tag and credentials',
        },
  ]);
}
