/**
 * `describe` for tests on servers that they start themselves. With `KUBECONFIG` they do not run: who names a cluster
 * wants to know about that one, which apply/accept-own.e2e.ts tells.
 */
export const describeStack = process.env.KUBECONFIG ? describe.skip : describe;
