export * from './clusters';
export * from './fleet';
export * from './flux';
export * from './problem';
export * from './protection';
