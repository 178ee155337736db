import { expect } from 'chai';
import { bootLab, bootOf, type Lab, must, printedSoon, until } from './support/lab.ts';

const OPERATORS_API = '10.80.0.2:4566';
const SSH = { redis1: '10.80.1.11:22', redis2: '10.80.2.12:22' };
/** Prints those of its arguments, ADDRESS:PORT, that accept a TCP connection. */
const REACHED = `for one in "$@"; do timeout 2 bash -c "</dev/tcp/\${one%:*}/\${one#*:}" 2>/dev/null && echo "$one"; done; true`;
/** Prints the directories to which root cannot write because of error $1. */
const WRITE = `for folder in / /etc /var /var/lib/lxc /run; do
  dd if=/dev/zero of="$folder/probe" bs=4096 count=1 conv=fsync 2>&1 | grep -q -e "$1" && echo "$folder"; rm -f "$folder/probe"; done 2>/dev/null; true`;
const DISK = ['/', '/etc', '/var', '/var/lib/lxc'];

describe('the faults of the lab', function () {
  this.timeout(180_000);
  let lab: Lab;
  before(async () => {
    lab = await bootLab('test-faults');
  });
  after(() => lab?.down());

  const command = (word: string, ...words: string[]) => lab.command(word, '--name', lab.name, ...words);
  const fault = (words: string) => must(command('fault', ...words.split(' ')));
  const heal = async () => (await must(command('heal'))).out.trimEnd().split('\n');
  const lines = ({ out }: { out: string }) => out.split('\n').filter(Boolean);
  const operatorReaches = async (...places: string[]) =>
    lines(await must(lab.run(['bash', '-c', REACHED, 'bash', ...places])));
  const inHost = async (host: string, script: string, ...words: string[]) =>
    lines(await must(command('exec', host, '--', 'bash', '-c', script, 'bash', ...words)));
  const shown = async () => JSON.parse((await must(command('status', '-o', 'json'))).out).faults as string[];
  const describe_ = () => lab.run([process.execPath, 'test/e2e/support/power.mjs', 'Describe', 'redis-1']);

  it('without arguments, or with wrong ones, are listed with their parameters; and there is nothing to heal', async () => {
    for (const words of [[], ['explode']]) {
      const { code, err } = await command('fault', ...words);
      expect(code).to.equal(2);
      expect(err).to.match(/^ {2}freeze-process HOST PROCESS {2,}\S/m);
    }
    expect((await must(command('heal'))).out).to.equal('');
  });

  it('cut-operator: only the operator cannot reach the host; heal ends it', async () => {
    await fault('cut-operator redis-1');
    expect(await operatorReaches(SSH.redis1, SSH.redis2)).to.deep.equal([SSH.redis2]);
    const others = [SSH.redis2, OPERATORS_API];
    expect(await inHost('redis-1', REACHED, ...others)).to.deep.equal(others);
    expect(await shown()).to.deep.equal(['cut-operator redis-1']);
    expect(await heal()).to.deep.equal(['healed: cut-operator redis-1']);
    expect(await operatorReaches(SSH.redis1)).to.deep.equal([SSH.redis1]);
  });

  it('cut-to: packets in one direction are lost, and those in the other arrive; heal ends it', async () => {
    await inHost(
      'redis-2',
      'nft add table ip t; nft "add chain ip t in { type filter hook input priority 0; }"; nft add rule ip t in ip protocol icmp ip saddr 10.80.1.11 counter; nft add rule ip t in ip protocol icmp ip saddr 10.80.1.21 counter',
    );
    const received = async () =>
      (await inHost('redis-2', "nft list table ip t | grep -o 'packets [0-9]*'")).map((one) =>
        Number(one.split(' ')[1]),
      );
    await fault('cut-to redis-1 redis-2');
    await inHost('redis-1', 'ping -c 2 -i 0.2 -W 1 10.80.2.12 >/dev/null; true');
    expect(await received()).to.deep.equal([0, 0]);
    await inHost(
      'redis-1',
      'nft add table ip t; nft "add chain ip t in { type filter hook input priority 0; }"; nft add rule ip t in ip protocol icmp ip saddr 10.80.2.12 counter',
    );
    await inHost('redis-2', 'ping -c 2 -i 0.2 -W 1 10.80.1.11 >/dev/null; true');
    expect(await inHost('redis-1', "nft list table ip t | grep -o 'packets [0-9]*'")).to.deep.equal(['packets 2']);
    expect(await heal()).to.deep.equal(['healed: cut-to redis-1 redis-2']);
    expect(await inHost('redis-1', REACHED, SSH.redis2)).to.deep.equal([SSH.redis2]);
  });

  it('freeze-process: sshd accepts connections and sends nothing; a process that does not exist is an error', async () => {
    const greeting = () =>
      lab.run(['timeout', '2', 'bash', '-c', 'exec 3<>/dev/tcp/10.80.1.11/22; echo accepted; head -n 1 <&3']);
    await fault('freeze-process redis-1 sshd');
    expect((await greeting()).out).to.equal('accepted\n');
    const none = await command('fault', 'freeze-process', 'redis-1', 'redis-server');
    expect(none.code).to.equal(1);
    expect(none.err).to.include('redis-1 has no process called "redis-server"');
    expect(await heal()).to.deep.equal(['healed: freeze-process redis-1 sshd']);
    expect((await greeting()).out).to.match(/^accepted\nSSH-2.0-/);
  });

  it('fill-disk: no block of the host’s disk is free, and /run is not on it; heal frees them', async () => {
    await fault('fill-disk redis-1');
    expect(await inHost('redis-1', WRITE, 'No space left')).to.deep.equal(DISK);
    expect(await inHost('redis-2', WRITE, 'No space left')).to.deep.equal([]);
    expect(await heal()).to.deep.equal(['healed: fill-disk redis-1']);
    expect(await inHost('redis-1', WRITE, 'No space left')).to.deep.equal([]);
  });

  it('fill-disk: a host that reboots meanwhile has no network; heal reboots it', async () => {
    const begun = () => printedSoon(lab.host('redis-3', bootOf));
    const first = await begun();
    await fault('fill-disk redis-3');
    await must(lab.run([process.execPath, 'test/e2e/support/power.mjs', 'Reboot', 'redis-3']));
    await until('another boot', begun, (answer) => answer !== '' && answer !== first);
    expect(await shown()).to.deep.equal(['fill-disk redis-3']);
    expect(await heal()).to.deep.equal(['healed: fill-disk redis-3']);
    expect(await operatorReaches('10.80.2.13:22')).to.deep.equal(['10.80.2.13:22']);
  });

  it('read-only: nothing on the host’s disk can be written; heal reboots it', async () => {
    await fault('read-only redis-1');
    expect(await inHost('redis-1', WRITE, 'Read-only')).to.deep.equal(DISK);
    expect(await heal()).to.deep.equal(['healed: read-only redis-1']);
    expect(await inHost('redis-1', WRITE, 'Read-only')).to.deep.equal([]);
    expect(await operatorReaches(SSH.redis1)).to.deep.equal([SSH.redis1]);
  });

  it('the EC2 API: throttled for hosts and operator, and normal again after heal', async () => {
    await fault('api-throttle');
    const refused = await describe_();
    expect(refused.code).not.to.equal(0);
    expect(refused.err).to.include('RequestLimitExceeded');
    await fault('api-lossy AssignPrivateIpAddresses');
    expect(await heal()).to.deep.equal(['healed: api-throttle', 'healed: api-lossy AssignPrivateIpAddresses']);
    expect((await must(describe_())).out).to.equal('running');
  });

  it('exec on a frozen host is an error, and so is a fault on a host that is off; heal ends both', async () => {
    await fault('freeze redis-1');
    const hung = await command('exec', 'redis-1', '--', 'true');
    expect(hung.code).to.equal(1);
    expect(hung.err).to.include('lab fault thaw redis-1');
    await fault('power-off redis-2');
    const off = await command('fault', 'freeze', 'redis-2');
    expect(off.code).to.equal(1);
    expect(off.err).to.include('redis-2 has no power');
    expect((await fault('isolate redis-2')).out).to.include('redis-2 has no power: this shows once it is on.');
    expect(await heal()).to.deep.equal([
      'healed: isolate redis-2',
      'healed: freeze redis-1',
      'healed: power-off redis-2',
    ]);
    expect(await shown()).to.deep.equal([]);
    await until(
      'both to answer',
      () => operatorReaches(SSH.redis1, SSH.redis2),
      ({ length }) => length === 2,
    );
  });
});
