/** How many calls to S3 are under way at a time. */
const LANES = 8;

/**
 * Does something with each item, several at a time. After the first that fails none is begun, and all that were begun
 * have ended when it throws.
 */
export async function forEach<T>(items: readonly T[], what: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items].reverse();
  const failed: unknown[] = [];
  const lane = async () => {
    for (let item = left.pop(); item !== undefined && failed.length === 0; item = left.pop()) {
      await what(item).catch((error: unknown) => failed.push(error));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (failed.length > 0) throw failed[0];
}
