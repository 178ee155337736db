import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { batchLimit, batchScript, readBatch } from '../../controller/host-batch.ts';
import type { HostAnswer } from '../../reconcilers/questions/sense.ts';
import { fixed, sh } from '../../renderers/shell.ts';

/** Questions put to a real `sh`, as they go to a host: the script on standard input. */
function ask(...scripts: readonly (string | { readonly script: string; readonly seconds: number })[]) {
  const questions = scripts.map((one) =>
    typeof one === 'string' ? { script: fixed(one), seconds: 10 } : { script: fixed(one.script), seconds: one.seconds },
  );
  const input = batchScript(questions);
  const { stdout, stderr, status } = spawnSync('sh', { input, maxBuffer: batchLimit, encoding: 'utf8' });
  return { answers: readBatch(stdout, questions.length), stdout, stderr, status };
}

const said = (stdout: string, rest: Partial<HostAnswer> = {}): HostAnswer => {
  return { exit: 0, stdout, stderr: '', truncated: false, ...rest };
};

/** Folders that batches make, and must not leave. */
const folders = () =>
  ['/run', '/dev/shm', '/tmp'].flatMap((base) =>
    readdirSync(base).flatMap((name) => (name.startsWith('ec2-redis-ask.') ? [`${base}/${name}`] : [])),
  );

describe('a batch of questions on a real sh', function () {
  this.timeout(60_000);

  it('answers each with its exit, output and errors', () => {
    const { answers, status } = ask('echo one', 'echo two >&2; exit 3', ':', 'exit 44');
    expect(answers).to.deep.equal([
      said('one\n'),
      said('', { exit: 3, stderr: 'two\n' }),
      said(''),
      said('', { exit: 44 }),
    ]);
    expect(status).to.equal(0);
  });

  it('puts none at all, and forty, each to its own answer', () => {
    expect(ask().answers).to.deep.equal([]);
    const scripts = Array.from(
      { length: 40 },
      (_, index) => `sleep 0.0$((40 - ${index})); echo "I am ${index}"; exit ${index}`,
    );
    const { answers } = ask(...scripts);
    expect(answers.map((one) => [one?.stdout, one?.exit])).to.deep.equal(
      scripts.map((_, index) => [`I am ${index}\n`, index]),
    );
  });

  it('lets no output spoil another', () => {
    const fake = ask('echo fake').stdout.trim();
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
    const scripts = hostile.flatMap((script, index) => [script, `echo honest ${index}`]);
    const { answers } = ask(...scripts);
    for (const [index] of hostile.entries()) expect(answers[index * 2 + 1]).to.deep.equal(said(`honest ${index}\n`));
    expect(answers[0]?.stdout).to.contain('1 0 =ZmFrZQ== =');
    expect(answers[4]?.exit).to.equal(0);
    expect(answers[10]?.exit).to.equal(5);
    expect(answers[14]?.exit).to.equal(137);
    expect(answers.every((one) => one !== undefined)).to.equal(true);
  });

  it('gives them no standard input: who reads it reads nothing, and not the batch', () => {
    const { answers } = ask('cat; echo end', 'read line; echo "[$line]"', 'sh; echo end');
    expect(answers).to.deep.equal([said('end\n'), said('[]\n'), said('end\n')]);
  });

  it('ends one that hangs when its time is up, others unharmed', () => {
    const begun = Date.now();
    const { answers } = ask(
      { script: 'sleep 30', seconds: 1 },
      { script: "trap '' TERM; while :; do sleep 1; done", seconds: 1 },
      'echo quick',
    );
    expect(answers.map((one) => one?.exit)).to.deep.equal([124, 137, 0]);
    expect(Date.now() - begun).to.be.below(20_000);
  });

  it('does not wait for what one leaves running, its output open or not', () => {
    const begun = Date.now();
    const { answers } = ask('(sleep 20 >/dev/null 2>&1 &) ; echo done', '(sleep 20 &) ; echo done');
    expect(answers).to.deep.equal([said('done\n'), said('done\n')]);
    expect(Date.now() - begun).to.be.below(15_000);
  });

  it('cuts one that answers too much, and says so', () => {
    const { answers } = ask('head -c 6000000 /dev/zero', 'echo small', 'yes | head -c 9000 >&2');
    expect(answers[0]?.truncated).to.equal(true);
    expect(answers[0]?.stdout.length).to.be.below(4 * 1024 * 1024 + 1024);
    expect(answers[1]).to.deep.equal(said('small\n'));
    expect(answers[2]?.stderr.length).to.equal(2000);
  });

  it('carries values of any kind into a question', () => {
    const value = `'"\\$(touch /tmp/owned)\`id\` %s \n-n é`;
    const { stdout } = spawnSync('sh', {
      input: batchScript([{ script: sh`printf '%s' ${value}`, seconds: 5 }]),
      encoding: 'utf8',
    });
    expect(readBatch(stdout, 1)).to.deep.equal([said(value)]);
  });

  it('leaves nothing behind, ended or killed', async () => {
    const before = folders();
    ask('echo one', 'echo "$0" >&2');
    expect(folders()).to.deep.equal(before);
    const child = spawn('sh', { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.end(batchScript([{ script: fixed('sleep 3'), seconds: 20 }]));
    while (folders().length === before.length) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    while (folders().length > before.length) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('keeps its folder to itself', () => {
    const { answers } = ask('stat -c %a "$(dirname "$0")"', 'stat -c %a "$0"');
    expect(answers.map((one) => one?.stdout)).to.deep.equal(['700\n', '600\n']);
  });
});

describe('reading a batch', () => {
  const tables: readonly (readonly [string, string, readonly (HostAnswer | undefined)[]])[] = [
    ['nothing', '', [undefined, undefined]],
    ['a cut line', '0 0 =b25l =\n1 0 =dHd', [said('one'), undefined]],
    ['lines of others', 'Last login: today\n0 0 =b25l =\nhello\n', [said('one'), undefined]],
    ['no exit code', '0  =b25l =\n', [undefined, undefined]],
    ['not base64', '0 0 =b*l =\n', [undefined, undefined]],
    ['an answer to nobody', '7 0 =b25l =\n', [undefined, undefined]],
  ];
  for (const [what, output, answers] of tables)
    it(`${what}: what is not there is unanswered, never empty`, () => {
      expect(readBatch(output, 2)).to.deep.equal(answers);
    });
});
