import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where the machine's own services take questions by a socket, which no network namespace holds back. */
const SERVICES = ['/run/nscd', '/run/systemd/resolve'];

/** A name server that programs ask instead of the machine's. */
export interface Resolver {
  /** The file that names it. */
  readonly file: string;
  /** The shell command after which the mount namespace that it runs in knows of no other. */
  readonly mount: string;
}

/** Makes programs ask a name server. @param folder for the files of this, which does not exist yet */
export function resolverOf(folder: string, server: string): Resolver {
  const file = path.join(folder, 'resolv.conf');
  const order = path.join(folder, 'nsswitch.conf');
  mkdirSync(folder);
  writeFileSync(file, `nameserver ${server}\noptions timeout:1\n`);
  writeFileSync(order, 'passwd: files\ngroup: files\nhosts: files dns\n');
  // It takes the place of each service's folder; where systemd resolves, /etc/resolv.conf is a link into that.
  const services = path.join(folder, 'services');
  mkdirSync(services);
  for (const name of ['resolv.conf', 'stub-resolv.conf']) writeFileSync(path.join(services, name), '');
  const mounts = [
    ...SERVICES.map((service) => `{ [ ! -d ${service} ] || mount --bind '${services}' ${service}; }`),
    `{ [ ! -e /etc/nsswitch.conf ] || mount --bind '${order}' /etc/nsswitch.conf; }`,
    `mount --bind '${file}' /etc/resolv.conf`,
  ];
  return { file, mount: mounts.join(' && ') };
}
