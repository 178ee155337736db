import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { asset } from '../../../lab/paths.ts';

/** What vzctl's execve(2) takes in a container, and the stand-in too. */
describe('lab: what OpenVZ executes', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'execve-'));
    mkdirSync(join(root, 'bin'));
    symlinkSync('/absolute/in/the/container', join(root, 'bin/sh'));
  });
  after(() => rmSync(root, { recursive: true }));

  const answer = (content: string | Buffer, mode = 0o755) => {
    const file = join(root, 'file');
    writeFileSync(file, content);
    chmodSync(file, mode);
    const script = `. ${asset('openvz', 'rootfs', 'usr/lib/openvz-stand-in/common')}; executable "$1" "$2"`;
    const { status, stdout } = spawnSync('bash', ['-uc', script, 'bash', file, root], { encoding: 'utf8' });
    return status === 0 ? 'taken' : stdout.trim();
  };

  const cases: readonly (readonly [string, string | Buffer, string])[] = [
    ['a script', '#!/bin/sh\ntrue\n', 'taken'],
    ['a script with a space before its interpreter', '#! /bin/sh -e\ntrue\n', 'taken'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 10]), 'taken'],
    ['a script after an empty line', '\n#!/bin/sh\ntrue\n', 'Exec format error'],
    ['a script without #!', 'true\n', 'Exec format error'],
    ['an empty file', '', 'Exec format error'],
    ['an interpreter that is not there', '#!/bin/bash\ntrue\n', 'No such file or directory'],
  ];
  for (const [name, content, expected] of cases) it(name, () => expect(answer(content)).to.equal(expected));

  it('a file that is not executable', () => expect(answer('#!/bin/sh\n', 0o644)).to.equal('Permission denied'));
});
