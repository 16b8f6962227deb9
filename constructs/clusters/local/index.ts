export * from './local-cluster';
export * from './props';
