export * from './alerts';
export * from './fleetwright-operator';
export * from './podinfo';
export * from './prometheus-crds';
export * from './protection';
export * from './sensors';
export * from './shop';
export * from './status-page';
