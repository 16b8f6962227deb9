import { isLong } from './figures';

/**
 * `describe` for tests on servers that they start themselves. With `KUBECONFIG` they do not run: who names a cluster
 * wants to know about that one, which apply/accept-own.e2e.ts tells.
 */
export const describeStack = process.env.KUBECONFIG ? describe.skip : describe;

/** The same for what takes minutes and of which shorter tests show a part: only `npm run e2e:long` has it. */
export const describeLong = isLong ? describeStack : describe.skip;
