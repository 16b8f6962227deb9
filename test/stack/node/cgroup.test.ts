import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/folder';
import { ControlGroup } from './cgroup';

const scratch = temporaryFolder('cgroup');

/** A tree of version 2, as far as files can be one. */
function tree(name: string, controllers: string, enabled: string): string {
  const root = path.join(scratch, name);
  mkdirSync(root);
  writeFileSync(path.join(root, 'cgroup.controllers'), `${controllers}\n`);
  writeFileSync(path.join(root, 'cgroup.subtree_control'), `${enabled}\n`);
  return root;
}
const enabledIn = (root: string) => readFileSync(path.join(root, 'cgroup.subtree_control'), 'utf8');

describe('control groups of version 2', () => {
  test('get the controllers that a kubelet demands and the machine has', async () => {
    const root = tree('some', 'cpuset cpu io memory pids rdma', 'memory pids');
    const group = new ControlGroup('node', root);
    group.create();
    expect(enabledIn(root)).toBe('+cpu +cpuset');
    expect(group.join).toBe(`echo $$ > ${root}/node/system/cgroup.procs`);
    writeFileSync(path.join(root, 'node', 'cgroup.procs'), '');
    expect(group.processes()).toEqual([]);
    // Such a file goes with its group.
    rmSync(path.join(root, 'node', 'cgroup.procs'));
    await group.remove();
    expect(existsSync(path.join(root, 'node'))).toBe(false);
  });

  test('are left alone if these are enabled', () => {
    const all = 'cpuset cpu memory hugetlb pids';
    const root = tree('all', all, all);
    new ControlGroup('node', root).create();
    expect(enabledIn(root)).toBe(`${all}\n`);
  });

  test('that cannot have them are refused with the remedy', () => {
    const root = tree('none', 'cpu memory pids', '');
    const file = path.join(root, 'cgroup.subtree_control');
    const write = jest.requireActual<typeof import('node:fs')>('node:fs');
    const refused = jest.spyOn(write, 'writeFileSync').mockImplementation(() => {
      throw new Error('EBUSY: resource busy');
    });
    try {
      expect(() => new ControlGroup('node', root).create()).toThrow(
        `needs the control groups cpu, memory, pids: EBUSY: resource busy. On the machine itself, as root: echo '+cpu +memory +pids' > ${file}.`,
      );
    } finally {
      refused.mockRestore();
    }
    expect(existsSync(path.join(root, 'node'))).toBe(false);
  });
});

test('control groups of version 1 have a folder for each controller', () => {
  const root = path.join(scratch, 'one');
  for (const name of ['pids', 'memory']) {
    mkdirSync(path.join(root, name), { recursive: true });
    writeFileSync(path.join(root, name, 'cgroup.procs'), '');
  }
  new ControlGroup('node', root).create();
  expect(['pids/node/system', 'memory/node'].map((name) => existsSync(path.join(root, name)))).toEqual([
    true,
    true,
  ]);
});
