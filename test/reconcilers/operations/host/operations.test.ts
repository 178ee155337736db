import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import type { Action } from '../../../../reconcilers/operations/actions.ts';
import { hostOperations } from '../../../../reconcilers/operations/index.ts';
import type { HostOperation } from '../../../../reconcilers/operations/operation.ts';
import { reveal, text } from '../../../../renderers/lib/text.ts';

const list = { path: '/etc/apt/sources.list.d/ours.list', mode: '0644', owner: 'root:root', content: text`deb x ./\n` };
const actions: readonly Action[] = [
  {
    operation: 'packages-install',
    host: 'h',
    manager: 'apt',
    packages: [{ name: 'lxc' }, { name: 'haproxy', version: '2.6' }],
  },
  {
    operation: 'package-repository',
    host: 'h',
    key: { url: 'https://x/k', sha256: '0'.repeat(64), path: '/etc/k.asc' },
    list,
  },
  {
    operation: 'packages-install',
    host: 'h',
    manager: 'yum',
    packages: [{ name: 'vzctl' }, { name: 'vzkernel', version: '1' }],
  },
  { operation: 'packages-install', host: 'h', manager: 'dnf', packages: [{ name: 'openvswitch' }] },
  { operation: 'kernel-modules', host: 'h', modules: ['openvswitch'] },
  { operation: 'initramfs-driver', host: 'h', kernel: '2.6.32-042stab145.3', driver: 'ixgbevf' },
  { operation: 'selinux-off', host: 'h' },
  { operation: 'data-disk', host: 'h', volume: 'vol-0a', order: 'format' },
  { operation: 'data-disk', host: 'h', volume: 'vol-0a', order: 'grow' },
  { operation: 'host-reboot', host: 'h', boot: 'b 1', kernel: '2.6.32-042stab145.3' },
  { operation: 'unit', host: 'h', unit: 'a.service', order: 'stop' },
];

// SC2174: the parent directories exist on every system.
describe('operations that prepare a host', () => {
  for (const action of actions)
    it(`${action.operation} ${'manager' in action ? action.manager : ''}${'order' in action ? action.order : ''} is clean under shellcheck`, () => {
      const operation = hostOperations[
        action.operation as keyof typeof hostOperations
      ] as unknown as HostOperation<Action>;
      const script = `#!/bin/sh\nset -eu\n${reveal(operation.script(action))}`;
      const { stdout } = spawnSync('shellcheck', ['-e', 'SC2174', '-'], { input: script, encoding: 'utf8' });
      expect(stdout).to.equal('');
    });
});
