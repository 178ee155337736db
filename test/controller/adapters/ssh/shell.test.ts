import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { shellFor } from '../../../../controller/adapters/ssh/shell.ts';

/** `timeout` as coreutils 8.4 has it, on CentOS 6: no -k, and whole seconds only. */
const old = `#!/bin/sh
case $1 in
  -s) ;;
  -*) echo "timeout: invalid option -- '\${1#-}'" >&2; exit 125 ;;
  *[!0-9]*) echo "timeout: invalid time interval $1" >&2; exit 125 ;;
esac
exec /usr/bin/timeout "$@"
`;

/** What a host does that is so loaded that starting a program takes more than a second. */
const slow = `#!/bin/sh
sleep 1.5
`;

describe('the shell that a host’s scripts run in', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shell-'));
    mkdirSync(join(folder, 'loaded'));
    writeFileSync(join(folder, 'timeout'), old, { mode: 0o755 });
    writeFileSync(join(folder, 'loaded/true'), slow, { mode: 0o755 });
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (input: string, path: string) =>
    spawnSync('sh', ['-c', shellFor('root', 600)], {
      input,
      encoding: 'utf8',
      env: { PATH: path },
      timeout: 15_000,
      killSignal: 'SIGKILL',
    });
  const paths = () => ({ new: '/usr/bin:/bin', 'that of CentOS 6': `${folder}:/usr/bin:/bin` });

  for (const which of ['new', 'that of CentOS 6'] as const) {
    it(`runs a script, where timeout is ${which}`, () => {
      const { status, stdout, stderr } = run('echo "$((6 * 7))"; exit 3', paths()[which]);
      expect({ status, stdout, stderr }).to.deep.equal({ status: 3, stdout: '42\n', stderr: '' });
    });

    it(`ends one that runs too long, where timeout is ${which}`, () => {
      expect(run('sleep 60', paths()[which]).status).to.equal(124);
    });
  }

  it('ends what will not hear on a host under load too', () => {
    const ended = run('trap "" TERM; sleep 60 & wait; while :; do sleep 0.1; done', `${folder}/loaded:/usr/bin:/bin`);
    expect(ended.error).to.equal(undefined);
    expect(ended.signal ?? ended.status).to.be.oneOf(['SIGKILL', 137]);
  });
});
