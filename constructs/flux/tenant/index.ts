export * from './props';
export * from './tenant';
