export * from './fence';
export * from './inspect';
export * from './restore';
