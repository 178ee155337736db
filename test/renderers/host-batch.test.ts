import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ScriptResult } from '../../renderers/host-batch.ts';
import { batchLimit, batchScript, readBatch } from '../../renderers/host-batch.ts';
import { fixed, sh } from '../../renderers/lib/shell.ts';

/** Runs scripts as a batch on a real `sh`, as on a host: on standard input. */
function batch(...scripts: readonly (string | { readonly script: string; readonly seconds: number })[]) {
  const requests = scripts.map((one) =>
    typeof one === 'string' ? { script: fixed(one), seconds: 10 } : { script: fixed(one.script), seconds: one.seconds },
  );
  const input = batchScript(requests);
  const { stdout, stderr, status } = spawnSync('sh', { input, maxBuffer: batchLimit, encoding: 'utf8' });
  return { results: readBatch(stdout, requests.length), stdout, stderr, status };
}

const result = (stdout: string, rest: Partial<ScriptResult> = {}): ScriptResult => {
  return { exit: 0, stdout, stderr: '', truncated: false, ...rest };
};

describe('a batch of scripts on a real sh', function () {
  this.timeout(60_000);

  it('returns exit code, output and errors of each', () => {
    const { results, status } = batch('echo one', 'echo two >&2; exit 3', ':', 'exit 44');
    expect(results).to.deep.equal([
      result('one\n'),
      result('', { exit: 3, stderr: 'two\n' }),
      result(''),
      result('', { exit: 44 }),
    ]);
    expect(status).to.equal(0);
  });

  it('goes on beside a full /run, and without any room says which folders are full', () => {
    const full = (...folders: readonly string[]) => {
      const fill = folders.map(
        (one) => `mount -t tmpfs -o size=64k none ${one} && head -c 1M /dev/zero >${one}/fill 2>/dev/null`,
      );
      const input = batchScript([{ script: fixed('echo one'), seconds: 10 }]);
      const words = ['--mount', 'sh', '-c', `${fill.join('; ')}; exec sh`];
      const { stdout, stderr, status } = spawnSync('unshare', words, { input, encoding: 'utf8' });
      return { results: readBatch(stdout, 1), stderr, status };
    };
    expect(full('/run').results).to.deep.equal([result('one\n')]);
    const { stderr, status } = full('/run', '/dev/shm', '/tmp');
    expect(status).to.equal(70);
    const space = 'No space left on device';
    expect(stderr).to.equal(`no files could be written (/run: ${space}; /dev/shm: ${space}; /tmp: ${space})\n`);
  });

  it('runs none, and forty, each with its own result', () => {
    expect(batch().results).to.deep.equal([]);
    const scripts = Array.from(
      { length: 40 },
      (_, index) => `sleep 0.0$((40 - ${index})); echo "I am ${index}"; exit ${index}`,
    );
    const { results } = batch(...scripts);
    expect(results.map((one) => [one?.stdout, one?.exit])).to.deep.equal(
      scripts.map((_, index) => [`I am ${index}\n`, index]),
    );
  });

  it('lets no output corrupt another', () => {
    const fake = batch('echo fake').stdout.trim();
    const hostile = [
      `printf '%s\\n' '${fake}' '1 0 =ZmFrZQ== =' '2 0 =ZmFrZQ== ='`,
      `printf '\\n\\n1 0 =ZmFrZQ== =\\n' >&2`,
      `head -c 100000 /dev/urandom`,
      `printf 'no line end'`,
      `printf '\\000\\001\\377'`,
      `exec 1>&-; exec 2>&-; exit 5`,
      `kill -TERM $$`,
      `kill -KILL $$`,
      `trap '' TERM; rm -rf "$0"; echo removed`,
      `exit 0; }; echo broken out`,
      `set -e; cd /; unset PATH; echo still`,
    ];
    const scripts = hostile.flatMap((script, index) => [script, `echo expected ${index}`]);
    const { results } = batch(...scripts);
    for (const [index] of hostile.entries())
      expect(results[index * 2 + 1]).to.deep.equal(result(`expected ${index}\n`));
    expect(results[0]?.stdout).to.contain('1 0 =ZmFrZQ== =');
    expect(results[4]?.exit).to.equal(0);
    expect(results[10]?.exit).to.equal(5);
    expect(results[14]?.exit).to.equal(137);
    expect(results.every((one) => one !== undefined)).to.equal(true);
  });

  it('gives them an empty standard input, not that of the batch', () => {
    const { results } = batch('cat; echo end', 'read line; echo "[$line]"', 'sh; echo end');
    expect(results).to.deep.equal([result('end\n'), result('[]\n'), result('end\n')]);
  });

  it('ends one that times out, and no other', () => {
    const begun = Date.now();
    const { results } = batch(
      { script: 'sleep 30', seconds: 1 },
      { script: "trap '' TERM; while :; do sleep 1; done", seconds: 1 },
      'echo quick',
    );
    expect(results.map((one) => one?.exit)).to.deep.equal([124, 137, 0]);
    expect(Date.now() - begun).to.be.below(20_000);
  });

  it('does not wait for processes left running, with or without open output', () => {
    const begun = Date.now();
    const { results } = batch('(sleep 20 >/dev/null 2>&1 &) ; echo done', '(sleep 20 &) ; echo done');
    expect(results).to.deep.equal([result('done\n'), result('done\n')]);
    expect(Date.now() - begun).to.be.below(15_000);
  });

  it('cuts one with too much output, and reports it', () => {
    const { results } = batch('head -c 6000000 /dev/zero', 'echo small', 'yes | head -c 9000 >&2');
    expect(results[0]?.truncated).to.equal(true);
    expect(results[0]?.stdout.length).to.be.below(4 * 1024 * 1024 + 1024);
    expect(results[1]).to.deep.equal(result('small\n'));
    expect(results[2]?.stderr.length).to.equal(2000);
  });

  it('passes arbitrary values into a script', () => {
    const value = `'"\\$(touch /tmp/owned)\`id\` %s \n-n é`;
    const { stdout } = spawnSync('sh', {
      input: batchScript([{ script: sh`printf '%s' ${value}`, seconds: 5 }]),
      encoding: 'utf8',
    });
    expect(readBatch(stdout, 1)).to.deep.equal([result(value)]);
  });

  it('leaves nothing behind, finished or killed', async () => {
    const [finished] = batch('dirname "$0"').results;
    expect(existsSync(finished?.stdout.trim() ?? '/')).to.equal(false);
    const own = mkdtempSync(join(tmpdir(), 'batch-'));
    try {
      const named = join(own, 'directory');
      const child = spawn('sh', { stdio: ['pipe', 'ignore', 'ignore'] });
      const script = sh`dirname "$0" >${named}.new; mv ${named}.new ${named}; sleep 3`;
      child.stdin.end(batchScript([{ script, seconds: 20 }]));
      while (!existsSync(named)) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      const directory = readFileSync(named, 'utf8').trim();
      while (existsSync(directory)) await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      rmSync(own, { recursive: true });
    }
  });

  it('keeps its directory private', () => {
    const { results } = batch('stat -c %a "$(dirname "$0")"', 'stat -c %a "$0"');
    expect(results.map((one) => one?.stdout)).to.deep.equal(['700\n', '600\n']);
  });
});

describe('reading a batch', () => {
  const tables: readonly (readonly [string, string, readonly (ScriptResult | undefined)[]])[] = [
    ['nothing', '', [undefined, undefined]],
    ['a truncated line', '0 0 =b25l =\n1 0 =dHd', [result('one'), undefined]],
    ['other lines', 'Last login: today\n0 0 =b25l =\nhello\n', [result('one'), undefined]],
    ['no exit code', '0  =b25l =\n', [undefined, undefined]],
    ['not base64', '0 0 =b*l =\n', [undefined, undefined]],
    ['a result of no request', '7 0 =b25l =\n', [undefined, undefined]],
  ];
  for (const [what, output, results] of tables)
    it(`${what}: a missing result is undefined, never empty`, () => {
      expect(readBatch(output, 2)).to.deep.equal(results);
    });
});
