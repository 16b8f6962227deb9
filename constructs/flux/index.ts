export * from './source';
export * from './sync';
export * from './tenant';
