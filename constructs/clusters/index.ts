export * from './existing';
