export * from './chart';
export * from './helm-app';
export * from './props';
export { NAMESPACE_RULES } from './rules';
