export * from './api';
export * from './conditions';
export * from './deadline';
export * from './events';
export * from './hook';
export * from './metrics';
export * from './objects';
export * from './run';
