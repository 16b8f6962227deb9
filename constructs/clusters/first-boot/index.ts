export * from './check';
export * from './first-boot';
export * from './props';
