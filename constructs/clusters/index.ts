export * from './aws';
export * from './existing';
export * from './local';
export type { KubeadmControlPlane, MadeClusterProps, Remediation, Retries } from './machinery';
