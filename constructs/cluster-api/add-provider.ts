import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { InfrastructureProviderSpec } from '../../imports/operator.cluster.x-k8s.io';
import type { PlacedProps } from '../fleet/app';
import type { Fleet } from '../fleet/fleet';
import type { HealthCheckExpr } from '../flux/sync';
import type { Plain } from '../plain';
import { KEPT } from './charts';
import { ManagementAddOn } from './management-add-on';
import type { Provider } from './providers';

const API_VERSION = 'operator.cluster.x-k8s.io/v1alpha2';

/** What differs from provider to provider. */
export interface ProviderParts extends Pick<PlacedProps<object>, 'podSecurity' | 'network'> {
  /** Add-ons that must be Ready first. */
  readonly after: readonly string[];
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** @default nothing beside version and feature gates */
  readonly spec?: Plain<Pick<InfrastructureProviderSpec, 'configSecret' | 'patches'>>;
  /** Adds what belongs to it: network, settings. */
  readonly define: (chart: Construct) => void;
}

/**
 * Adds a provider: an object from which the operator installs a release, its controllers, webhooks and kinds.
 *
 * @returns the add-on's name
 * @see https://cluster-api-operator.sigs.k8s.io/topics/configuration/provider-spec-configuration
 */
export function addProvider(fleet: Fleet, provider: Provider, parts: ProviderParts): string {
  const { unit, label, kind, name, namespace, version } = provider;
  const { after, featureGates, define, spec: more, ...placed } = parts;
  const sync = { ...KEPT, healthCheckExprs: [healthOf(kind)] };
  new ManagementAddOn(
    fleet,
    unit,
    {
      ...placed,
      namespace,
      dependsOn: after,
      sync,
      define: (chart) => {
        define(chart);
        const spec: Plain<InfrastructureProviderSpec> = {
          version,
          manager: featureGates && { featureGates },
          ...more,
        };
        new ApiObject(chart, 'provider', { apiVersion: API_VERSION, kind, metadata: { name }, spec });
      },
    },
    label,
  );
  return unit;
}

/**
 * A provider has no status at first, which Flux would take for healthy, and it stays Ready while the operator
 * installs another version.
 */
function healthOf(kind: string): HealthCheckExpr {
  const ready =
    "has(status.conditions) && status.conditions.exists(c, c.type == 'Ready' && c.status == 'True') && has(status.installedVersion) && status.installedVersion == spec.version";
  return { apiVersion: API_VERSION, kind, current: ready };
}
