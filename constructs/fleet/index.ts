export * from './app';
export * from './cluster';
export * from './fleet';
export * from './placement';
export type { Compiled } from './render';
export * from './run';
export type { FleetSource, GitFleetSource, OciFleetSource } from './source';
