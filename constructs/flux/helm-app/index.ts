export * from './chart';
export * from './helm-app';
export * from './props';
