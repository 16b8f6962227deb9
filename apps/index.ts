// One line for each file of apps and add-ons. Named, so that two files cannot claim one name in silence.
export { alerts } from './alerts';
export { clusterApi } from './cluster-api';
export { dashboards } from './dashboards';
export { fleetwrightCrds, fleetwrightOperator } from './fleetwright-operator';
export { greeter } from './greeter';
export { podinfo } from './podinfo';
export { prometheusCrds } from './prometheus-crds';
export { protection } from './protection';
export { push } from './push';
export { redisRelease, sensors } from './sensors';
export { shop } from './shop';
export { statusPage } from './status-page';
