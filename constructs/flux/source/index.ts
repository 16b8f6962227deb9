export * from './bucket-source';
export * from './git-source';
export * from './helm-source';
export * from './oci-source';
export * from './props';
