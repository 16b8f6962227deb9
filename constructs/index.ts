export * from './cluster-api';
export * from './clusters';
export * from './fleet';
export * from './flux';
export * from './operator';
export * from './problem';
export * from './protection';
export * from './redis-backup';
