export * from './fleet-protection';
export { ALLOW_DELETION } from './protect';
