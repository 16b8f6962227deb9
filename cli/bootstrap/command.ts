import { CLUSTERS_NAMESPACE, FLUX_NAMESPACE } from '../../constructs/flux/wiring';
import { parsed, UsageError } from '../usage';
import { checkCluster, clusterOf } from './cluster';
import { managementFolder } from './fleet';
import { fluxRelease } from './flux';
import { installedFlux } from './installed';
import { differing, replacing } from './kept';
import { checkKubeconfig } from './kubeconfig';
import { Kubectl } from './kubectl';
import { checkMissing, keyOf, type Need, neededSecrets } from './needs';
import { getAll } from './plan';
import { notPushed } from './pushed';
import { readSecrets, type Secret, valuesIn } from './secrets';
import { fluxSteps, namespaceStep, type Step, secretStep, wiringStep } from './steps';
import { tableOf, waitForRoot } from './wait';

export const BOOTSTRAP_USAGE = `Usage: fleetwright bootstrap [options]

Gives the management cluster what no fleet can give itself: Flux, the first Secrets, and the source and root sync of
its folder. From then on Flux applies what is in git. Without --yes it shows what it would do, and changes nothing.
It can be run again at any time: after it was stopped, and with the manifests of another Flux to upgrade that.

Options:
  --dist <folder>        the output of synth (default: dist)
  --context <name>       of the kubeconfig (default: the current one)
  --kubeconfig <file>    (default: what kubectl reads)
  --flux <file>          the output of \`flux install --export\` (default: the artifact that the fleet's clusters have)
  --secrets <file>       Secrets to make where they are missing; - reads standard input
  --suspended            sources and root sync wait until you resume them, as a move wants it
  --yes                  do it
  -h, --help             show this
  --verbose              show stack traces

It needs kubectl, and an administrator's way in. Secrets that are there stay as they are.

Examples:
  npx fleetwright bootstrap --context management
  npx fleetwright bootstrap --context management --yes
  sops decrypt management.sops.yaml | npx fleetwright bootstrap --secrets - --yes
  flux install --version=v2.7.5 --export > flux.yaml && npx fleetwright bootstrap --flux flux.yaml

Exit status: 0 all is well, 1 problems were found, 2 the command was not understood.
`;

/** Runs `fleetwright bootstrap`. */
export async function bootstrapCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = parsed(args, {
    dist: { type: 'string', default: 'dist' },
    context: { type: 'string' },
    kubeconfig: { type: 'string' },
    flux: { type: 'string' },
    secrets: { type: 'string' },
    suspended: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw new UsageError(`bootstrap takes options only, not ${positionals[0]}`);
  const fleet = managementFolder(values.dist);
  checkKubeconfig(values.kubeconfig);
  const kubectl = new Kubectl(values);
  // Files first: what is wrong in them needs no cluster.
  const needs = neededSecrets(fleet.objects);
  const secrets = values.secrets === undefined ? [] : await readSecrets(values.secrets, needs);
  kubectl.hide(valuesIn(secrets));
  const byFile = values.flux === undefined ? undefined : await fluxRelease(kubectl, fleet, values.flux);
  const cluster = await clusterOf(kubectl);
  say(`Cluster: ${cluster.context}, ${cluster.server}, Kubernetes ${cluster.version}`);
  await checkCluster(kubectl, cluster, fleet);
  say(`Fleet: ${fleet.folder}, which Flux reads from ${Object(fleet.source.spec).url}`);
  const notThere = fleet.source.kind === 'GitRepository' ? notPushed(values.dist) : [];
  for (const text of notThere) process.stderr.write(`warning: ${text}\n`);

  const release = byFile ?? (await fluxRelease(kubectl, fleet, undefined));
  const installed = await installedFlux(kubectl, release, values.flux !== undefined);
  say(`Flux: ${release.version || 'of no named version'}, from ${release.from}; ${installed.state}`);

  const live = await getAll(kubectl, needs.map(secretOf));
  const there = new Set(live.map(({ metadata }) => keyOf(metadata)));
  const missing = missingOf(needs, secrets, there);
  checkMissing(missing);
  const [flux, namespaces, wiring] = await Promise.all([
    installed.isKept ? [] : fluxSteps(kubectl, release),
    namespaceStep(kubectl, fleet),
    wiringStep(kubectl, fleet, values.suspended),
  ]);
  const given = secretStep(kubectl, secrets, (secret) => there.has(keyOf(secret.metadata)));
  const steps: Step[] = [...flux, namespaces, given, wiring];
  for (const step of steps) show(step);
  tellKept(differing(secrets, live), cluster.context);
  tellMissing(missing);
  const changes = steps.flatMap(changesOf).length;
  if (!values.yes) {
    say(
      '',
      changes === 0
        ? 'Nothing is to be changed.'
        : `Nothing was changed. To apply these ${changes}, add --yes.`,
    );
    return;
  }
  say('', changes === 0 ? 'Nothing is to be changed.' : `Applying ${changes}:`);
  for (const step of steps) await run(step);
  if (values.suspended) {
    say('', 'Sources and root sync are suspended, until `flux resume` starts each.');
    return;
  }
  say('', 'What Flux says:');
  await waitForRoot(kubectl, fleet, (line) => say(`  ${line}`));
  say('', 'Syncs, which come up by themselves from here on:');
  for (const line of tableOf(await syncs(kubectl))) say(`  ${line}`);
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function secretOf({ name, namespace }: Need) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } };
}

/** The Secrets that are neither on the cluster nor given. */
function missingOf(needs: readonly Need[], secrets: readonly Secret[], there: ReadonlySet<string>): Need[] {
  const given = new Set(secrets.map(({ metadata }) => keyOf(metadata)));
  return needs.filter((need) => !there.has(keyOf(need)) && !given.has(keyOf(need)));
}

function tellMissing(missing: readonly Need[]): void {
  if (missing.length > 0) say('', 'Secrets that are missing, and may come later:');
  for (const need of missing) say(`  ${keyOf(need)}, which ${need.reader} needs`);
}

/** Says of Secrets with other values than the given ones how to replace them. */
function tellKept(secrets: readonly Secret[], context: string): void {
  if (secrets.length === 0) return;
  say(
    '',
    'Secrets that are kept, and differ from what was given: to take that, delete them, and run it again:',
  );
  for (const secret of secrets) say(`  ${keyOf(secret.metadata)}: ${replacing(secret, context)}`);
}

function show({ title, planned }: Step): void {
  if (planned.length === 0) return;
  say('', `${title}:`);
  for (const { object, action } of planned) {
    const { name, namespace } = object.metadata;
    say(`  ${action.padEnd(9)}  ${object.kind} ${namespace ? `${namespace}/` : ''}${name}`);
  }
}

function changesOf({ planned }: Step) {
  return planned
    .filter(({ action }) => action === 'create' || action === 'change')
    .map(({ object }) => object);
}

async function run(step: Step): Promise<void> {
  const objects = changesOf(step);
  if (objects.length === 0) return;
  await step.apply(objects);
  say(`  ${step.title}: ${objects.length} applied`);
}

async function syncs(kubectl: Kubectl) {
  const kind = 'kustomizations.kustomize.toolkit.fluxcd.io';
  const found = [FLUX_NAMESPACE, CLUSTERS_NAMESPACE].map((namespace) =>
    kubectl.objects(['get', kind, `--namespace=${namespace}`]),
  );
  return (await Promise.all(found)).flat();
}
