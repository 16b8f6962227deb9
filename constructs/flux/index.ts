export * from './helm-app';
export * from './notification';
export type { PolicyRule } from './rbac';
export * from './source';
export * from './sync';
export * from './tenant';
export type { FluxInstall } from './wiring';
