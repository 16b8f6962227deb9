export * from './aws';
export * from './existing';
export * from './local';
export type { MadeClusterProps, Remediation } from './machinery';
