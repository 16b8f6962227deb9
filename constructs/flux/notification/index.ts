export * from './notification';
export * from './webhook-receiver';
