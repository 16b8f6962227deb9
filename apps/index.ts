export * from './alerts';
export * from './podinfo';
export * from './prometheus-crds';
export * from './protection';
export * from './status-page';
