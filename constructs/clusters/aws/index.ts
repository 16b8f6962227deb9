export * from './aws-cluster';
export * from './props';
