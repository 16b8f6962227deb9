export * from './template-cleanup';
