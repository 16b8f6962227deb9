export * from './dependencies';
export * from './names';
export * from './networks';
export * from './objects';
