export * from './edge-local';
export * from './management';
export * from './prod-eu';
