import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { type Action, verbs } from '../../../reconcilers/verbs/index.ts';
import type { HostVerb } from '../../../reconcilers/verbs/verb.ts';
import { reveal, text } from '../../../renderers/text.ts';

const list = { path: '/etc/apt/sources.list.d/ours.list', mode: '0644', owner: 'root:root', content: text`deb x ./\n` };
const actions: readonly Action[] = [
  {
    verb: 'packages-install',
    host: 'h',
    manager: 'apt',
    packages: [{ name: 'lxc' }, { name: 'haproxy', version: '2.6' }],
  },
  {
    verb: 'package-repository',
    host: 'h',
    key: { url: 'https://x/k', sha256: '0'.repeat(64), path: '/etc/k.asc' },
    list,
  },
  {
    verb: 'packages-install',
    host: 'h',
    manager: 'yum',
    packages: [{ name: 'vzctl' }, { name: 'vzkernel', version: '1' }],
  },
  { verb: 'kernel-modules', host: 'h', modules: ['openvswitch'] },
  { verb: 'initramfs-driver', host: 'h', kernel: '2.6.32-042stab145.3', driver: 'ixgbevf' },
  { verb: 'selinux-off', host: 'h' },
  { verb: 'host-reboot', host: 'h', boot: 'b 1', kernel: '2.6.32-042stab145.3' },
  { verb: 'unit', host: 'h', unit: 'a.service', order: 'stop' },
];

// SC2174: the folders above are there on every system.
describe('verbs that prepare a host', () => {
  for (const action of actions)
    it(`${action.verb} ${'manager' in action ? action.manager : ''} is clean under shellcheck`, () => {
      const verb = verbs[action.verb] as unknown as HostVerb<Action>;
      const script = `#!/bin/sh\nset -eu\n${reveal(verb.script(action))}`;
      const { stdout } = spawnSync('shellcheck', ['-e', 'SC2174', '-'], { input: script, encoding: 'utf8' });
      expect(stdout).to.equal('');
    });
});
