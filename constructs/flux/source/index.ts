export * from './bucket-source';
export { type GitRef, GitSource, type GitSourceProps } from './git-source';
export * from './helm-source';
export * from './oci-source';
export type { SourceProps } from './props';
