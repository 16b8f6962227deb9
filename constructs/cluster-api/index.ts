export * from './cluster-api';
export * from './props';
