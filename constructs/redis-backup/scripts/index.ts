export * from './check';
export * from './dump';
export * from './load';
export * from './restore';
