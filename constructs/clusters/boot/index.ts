export * from './boot';
export * from './check';
export { cniCharts, cniIngressRules } from './cni';
export * from './props';
