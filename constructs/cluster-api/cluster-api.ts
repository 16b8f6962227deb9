import { Construct } from 'constructs';
import { propsOf } from '../fleet/check/fields';
import type { Fleet } from '../fleet/fleet';
import { addCheck } from '../problem';
import { PLATFORM_NAMESPACE } from '../redis-backup/platform';
import { addProvider } from './add-provider';
import { AWS_FEATURE_GATES, addAwsParts, awsSpec } from './aws';
import { addCertManager, addOperator } from './charts';
import { checkClusterApi, checkEksGates, checkMakers } from './check';
import { ManagementAddOn } from './management-add-on';
import { addControllerPolicy, TO_DOCKER_PROVIDER, toServers } from './network';
import type { ClusterApiProps } from './props';
import { PROVIDERS } from './providers';
import { TemplateCleanup } from './template-cleanup';
import { TEMPLATES } from './template-cleanup/kinds';

/**
 * Cluster API on the management cluster: cert-manager, the Cluster API Operator, the providers, each in a version
 * that is one line of `versions.ts`, and the job that removes templates which nothing uses any more. Every part is
 * an add-on with a sync of its own, and waits for the one before it; clusters wait for the providers that make them.
 *
 * Whatever vanishes from here stays installed: see docs/protection.md.
 */
export class ClusterApi extends Construct {
  constructor(
    private readonly fleet: Fleet,
    given: ClusterApiProps,
  ) {
    const props = propsOf(given);
    super(fleet.scopeFor('add-ons'), fleet.freeId('add-ons', 'cluster-api'));
    const { path } = this.node;
    const problems = checkClusterApi(path, props);
    addCheck(this, () => problems);
    if (problems.length > 0) return;
    const core = this.addCore(props);
    const kubeadm = this.addKubeadm(props, core);
    const infrastructure = this.addInfrastructure(props, kubeadm);
    // It lists kinds of all of them.
    this.addCleanup(props, [...kubeadm, ...infrastructure]);
    addCheck(this, () => [...checkMakers(fleet), ...checkEksGates(path, fleet, props)]);
  }

  private addCore({ certManager, core, docker }: ClusterApiProps): string {
    const operator = addOperator(this.fleet, certManager ?? addCertManager(this.fleet));
    return addProvider(this.fleet, PROVIDERS.core, {
      after: [operator],
      featureGates: core?.featureGates,
      define: (chart) => addControllerPolicy(chart, WEBHOOK_PORT, egressOf(docker)),
    });
  }

  private addKubeadm(props: ClusterApiProps, core: string): readonly string[] {
    return (['bootstrap', 'controlPlane'] as const).map((name) =>
      addProvider(this.fleet, PROVIDERS[name], {
        after: [core],
        featureGates: props[name]?.featureGates,
        define: (chart) => addControllerPolicy(chart, WEBHOOK_PORT, egressOf(props.docker)),
      }),
    );
  }

  private addCleanup({ aws, docker, apiServerCidrs }: ClusterApiProps, after: readonly string[]): void {
    const templates = [
      ...TEMPLATES.kubeadm,
      ...(aws ? TEMPLATES.aws : []),
      ...(docker ? TEMPLATES.docker : []),
    ];
    new ManagementAddOn(this.fleet, 'template-cleanup', {
      namespace: PLATFORM_NAMESPACE,
      dependsOn: after,
      define: (chart) => {
        new TemplateCleanup(chart, 'template-cleanup', { templates, apiServerCidrs });
      },
    });
  }

  private addInfrastructure({ aws, docker }: ClusterApiProps, after: readonly string[]): readonly string[] {
    const added: string[] = [];
    if (aws) {
      const unit = addProvider(this.fleet, PROVIDERS.aws, {
        after,
        featureGates: { ...AWS_FEATURE_GATES, ...aws.featureGates },
        spec: awsSpec(aws.credentials),
        define: (chart) => addAwsParts(chart, aws.credentials),
      });
      added.push(unit);
    }
    if (docker) {
      const unit = addProvider(this.fleet, PROVIDERS.docker, {
        after,
        featureGates: docker.featureGates,
        // Its pod has the host's Docker socket, and is the network of the clusters that it makes.
        podSecurity: 'privileged',
        network: 'open',
        define: () => {},
      });
      added.push(unit);
    }
    return added;
  }
}

/** The port of the webhooks of every provider and of the operator. */
const WEBHOOK_PORT = 9443;

function egressOf(docker: ClusterApiProps['docker']) {
  return docker ? [toServers(), TO_DOCKER_PROVIDER] : [toServers()];
}
