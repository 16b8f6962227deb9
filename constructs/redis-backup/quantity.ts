const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** What `parseBytes` reads: the quantities that people write for memory and disk. */
export const BYTES_PATTERN = '^[1-9][0-9]{0,14}(k|M|G|T|Ki|Mi|Gi|Ti)?$';

/**
 * The least memory of a server. Of its limit a quarter is not for data, and the process, the buffers of its clients and
 * what a snapshot copies have to fit into that.
 */
export const MIN_MEMORY = '32Mi';

/**
 * The bytes of a Kubernetes quantity, or undefined if it is none (fractions included).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseBytes(quantity: string): number | undefined {
  if (!new RegExp(BYTES_PATTERN).test(quantity)) return undefined;
  const [, digits = '', unit = ''] = /^(\d+)(.*)$/.exec(quantity) ?? [];
  return Number(digits) * (FACTORS[unit] ?? 1);
}
