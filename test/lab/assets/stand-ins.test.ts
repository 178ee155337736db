import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { asset } from '../../../lab/paths.ts';

for (const [name, system] of [
  ['openvz', 'OpenVZ’s tools'],
  ['centos-6', 'CentOS 6'],
] as const)
  describe(`lab: the stand-in for ${system}`, () => {
    const root = asset(name, 'rootfs');
    const files = readdirSync(root, { recursive: true })
      .map(String)
      .filter((file) => file.startsWith('usr/') && statSync(join(root, file)).isFile());

    for (const file of files)
      it(`${file} is clean under shellcheck`, () => {
        const shell = /^#!\/bin\/sh/.test(readFileSync(join(root, file), 'utf8')) ? 'sh' : 'bash';
        // The files source each other and share variables.
        const excluded = 'SC2034,SC2154,SC1090,SC1091';
        const { stdout } = spawnSync('shellcheck', ['-S', 'warning', '-s', shell, '-e', excluded, join(root, file)], {
          encoding: 'utf8',
        });
        expect(stdout).to.equal('');
      });
  });
