export * from './existing-cluster';
