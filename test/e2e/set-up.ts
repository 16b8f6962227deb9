import { build } from '../stack/build';
import * as parts from '../stack/parts';

/** What Jest hands over, as far as it is read here. */
interface GlobalConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

/**
 * Before all tests: builds every part that is not there, one after another, so that no two tests build the same at
 * once, and a person sees how far it is. A run of a few files builds what these need.
 */
export default async function setUp({ testPathPatterns }: GlobalConfig): Promise<void> {
  const some = testPathPatterns.patterns.length !== 0;
  if (some || process.env.KUBECONFIG || process.platform !== 'linux') return;
  for (const part of Object.values(parts)) {
    if (typeof part === 'object') await build(part);
  }
}
