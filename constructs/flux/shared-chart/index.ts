export * from './shared-chart';
