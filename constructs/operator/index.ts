export * from './crds';
export * from './fleet-operator';
export * from './shared-release';
