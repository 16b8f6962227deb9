export * from './alerts';
export * from './podinfo';
export * from './prometheus-crds';
export * from './status-page';
