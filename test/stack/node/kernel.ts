import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a kubelet wants of the kernel (`setupKernelTunables` of k8s.io/kubernetes/pkg/kubelet/cm). */
const WANTED = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

/**
 * The shell commands after which a kubelet in their mount namespace finds what it wants. None of these settings
 * belongs to a namespace, and those of the whole machine are not for a test to set.
 *
 * @param folder for the values, which does not exist yet
 */
export function kernelSettings(folder: string): string[] {
  mkdirSync(folder);
  return Object.entries(WANTED).map(([setting, value]) => {
    const file = path.join(folder, setting.replaceAll('/', '.'));
    writeFileSync(file, `${value}\n`);
    return `mount --bind '${file}' /proc/sys/${setting}`;
  });
}
