import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/folder';
import { resolverOf } from './resolver';

const scratch = temporaryFolder('resolver');
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

(canMount ? test : test.skip)('nothing on the machine but the name server is asked', () => {
  // A machine on which systemd resolves, and a cache of names beside it.
  const etc = path.join(scratch, 'etc');
  mkdirSync(etc);
  symlinkSync('/run/systemd/resolve/stub-resolv.conf', path.join(etc, 'resolv.conf'));
  writeFileSync(path.join(etc, 'nsswitch.conf'), 'hosts: resolve [!UNAVAIL=return] dns\n');
  const machine = [
    `mount --bind '${etc}' /etc && mount -t tmpfs run /run && mkdir -p /run/nscd /run/systemd/resolve`,
    'touch /run/nscd/socket /run/systemd/resolve/io.systemd.Resolve /run/systemd/resolve/stub-resolv.conf',
  ];
  const look = 'cat /etc/resolv.conf /etc/nsswitch.conf && ls /run/nscd /run/systemd/resolve';
  const { mount } = resolverOf(path.join(scratch, 'resolver'), '10.0.0.1');
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', 'sh', '-c', [...machine, mount, look].join(' && ')],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(stdout).toContain('nameserver 10.0.0.1\n');
  expect(stdout).toContain('hosts: files dns\n');
  expect(stdout).not.toMatch(/socket|io\.systemd|UNAVAIL/);
});
