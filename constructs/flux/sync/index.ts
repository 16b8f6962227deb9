export * from './props';
export * from './sync';
