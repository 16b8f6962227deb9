export type { EksAmiType } from './ami';
export * from './eks-cluster';
export * from './props';
