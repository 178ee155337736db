import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { openSsh, type SshFleet } from '../../../../controller/adapters/ssh/ssh.ts';
import { NoWayThrough } from '../../../../controller/transport/errors.ts';
import type { HostTarget } from '../../../../controller/transport/io.ts';
import type { Ssh } from '../../../../crds/fleet.ts';
import { freePort, until } from '../../../support/processes.ts';
import { refusal } from '../support/refusal.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const limits = { timeoutMs: 5_000, outputBytes: 1_000_000 };

/** Kills the sshd that serves this very connection. */
const killSshd =
  'pid=$$; while [ "$(cat /proc/$pid/comm)" != sshd ]; do pid=$(ps -o ppid= -p $pid | tr -d " "); done; kill -KILL $pid';

describe('ssh, through a bastion', () => {
  let host: Sshd;
  let bastion: Sshd;
  const opened: SshFleet[] = [];
  const bastionLogin = (port = bastion.port) => ({
    user: 'root',
    port,
    identity: { file: join(bastion.folder, 'id') },
  });
  const way = (port?: number): HostTarget => ({ name: '127.0.0.1', address: '127.0.0.1', login: bastionLogin(port) });
  const target = (name = 'redis-a', port?: number): HostTarget => ({ name, address: '127.0.0.1', via: way(port) });
  const open = (changes: Partial<Ssh> = {}) => {
    const reach = { through: { address: '127.0.0.1', login: bastionLogin() } };
    const fleet = openSsh(host.settings({ reach, ...changes }));
    opened.push(fleet);
    return fleet;
  };
  const line = async (sshd: Sshd, key: 'ed25519' | 'wrong' = 'ed25519') => {
    const wrong = async () => (await readFile(join(host.folder, 'id.pub'), 'utf8')).trim();
    return `[127.0.0.1]:${sshd.port} ${key === 'wrong' ? await wrong() : await sshd.hostKey(key)}\n`;
  };

  before(async () => {
    [host, bastion] = await Promise.all([startSshd(), startSshd()]);
  });
  after(() => Promise.all([host.stop(), bastion.stop()]));
  beforeEach(async () => host.knownHosts((await line(host)) + (await line(bastion))));
  afterEach(() => Promise.all(opened.splice(0).map((fleet) => fleet.close())));

  it('one connection to it serves all hosts, each with its own key and one connection', async () => {
    const before = [bastion.logins(), host.logins()];
    const fleet = open();
    const answers = await Promise.all(['a', 'b', 'c'].map((one) => fleet.run(target(), `echo ${one}`, limits)));
    expect(answers.map(({ stdout }) => stdout)).to.deep.equal(['a\n', 'b\n', 'c\n']);
    expect([bastion.logins(), host.logins()]).to.deep.equal(before.map((count) => count + 1));
    expect(fleet.counters().get('redis-a')?.connections).to.equal(1);
    expect(fleet.counters().get('127.0.0.1')?.connections).to.equal(1);
  });

  it('a host forwards connections through it', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const channel = await open().channel(target(), '127.0.0.1', port, 2_000);
    const [said] = await once(channel, 'data');
    expect(String(said)).to.equal('hello');
    server.close();
  });

  it('a changed key is refused on either leg, and nothing is sent', async () => {
    const before = [bastion.logins(), host.logins()];
    await host.knownHosts((await line(host)) + (await line(bastion, 'wrong')));
    const first = await refusal(open({ hostKeys: 'accept-new' }).run(target(), 'true', limits));
    expect(first).to.be.instanceOf(NoWayThrough).and.include({ kind: 'refused', host: '127.0.0.1' });
    expect(first.message).to.match(/^127\.0\.0\.1 offered ANOTHER HOST KEY/);
    expect([bastion.logins(), host.logins()]).to.deep.equal(before);
    await host.knownHosts((await line(host, 'wrong')) + (await line(bastion)));
    const second = await refusal(open({ hostKeys: 'accept-new' }).run(target(), 'true', limits));
    expect(second).not.to.be.instanceOf(NoWayThrough);
    expect(second.message).to.contain('redis-a (127.0.0.1 through 127.0.0.1) offered ANOTHER HOST KEY');
    expect(host.logins()).to.equal(before[1]);
  });

  it('an unknown host is reported with the command that adds it, which goes the same way', async () => {
    await host.knownHosts(await line(bastion));
    const error = await refusal(open().run(target(), 'true', limits));
    expect(error.message).to.contain(`ssh -p ${bastion.port} root@127.0.0.1 ssh-keyscan -p ${host.port} 127.0.0.1 >> `);
  });

  it('accept-new records both', async () => {
    await host.knownHosts('');
    await open({ hostKeys: 'accept-new' }).run(target(), 'true', limits);
    expect(await readFile(join(host.folder, 'known_hosts'), 'utf8')).to.equal(
      (await line(bastion)) + (await line(host)),
    );
  });

  it('one that is down is dialled once for all hosts, and is the same error for each', async () => {
    let dials = 0;
    const server = createServer((socket) => {
      dials++;
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    // More than are dialled at the same time.
    const names = Array.from({ length: 20 }, (_, index) => `redis-${index}`);
    const fleet = open({ connectTimeoutMs: 500 });
    const errors = await Promise.all(
      names.map((name, index) =>
        refusal(fleet.run({ ...target(name, port), address: `127.0.0.${index + 2}` }, 'true', limits)),
      ),
    );
    server.close();
    expect(dials).to.equal(1);
    expect(new Set(errors.map(({ message }) => message)).size).to.equal(1);
    for (const error of errors) expect(error).to.be.instanceOf(NoWayThrough).and.include({ kind: 'timeout' });
  });

  it('more hosts than are dialled at the same time are reached, and one that is down is its own error', async () => {
    const fleet = open({ connectTimeoutMs: 3_000 });
    const dial = (_: unknown, index: number) =>
      refusal(fleet.run({ ...target(`redis-${index}`), address: `127.0.0.${index + 2}` }, 'true', limits));
    for (const error of await Promise.all(Array.from({ length: 18 }, dial))) {
      expect(error).not.to.be.instanceOf(NoWayThrough);
      expect(error.message)
        .to.contain('through 127.0.0.1')
        .and.contain('connection refused')
        .and.contain('spec.ssh.port');
    }
    expect((await fleet.run(target(), 'echo up', limits)).stdout).to.equal('up\n');
    expect(fleet.counters().get('127.0.0.1')?.connections).to.equal(1);
  });

  it('one that does not forward is the cause, and what to do is said', async () => {
    const closed = await startSshd({ config: ['AllowTcpForwarding no'] });
    try {
      await writeFile(join(closed.folder, 'authorized_keys'), await readFile(join(bastion.folder, 'id.pub')));
      await host.knownHosts((await line(host)) + (await line(closed)));
      const error = await refusal(open().run(target('redis-a', closed.port), 'true', limits));
      expect(error).to.be.instanceOf(NoWayThrough).and.include({ kind: 'refused' });
      expect(error.message).to.contain('AllowTcpForwarding yes');
    } finally {
      await Promise.all(opened.splice(0).map((fleet) => fleet.close()));
      await closed.stop();
    }
  });

  it('its lost connection is opened again, and those of the hosts through it', async () => {
    const fleet = open();
    await fleet.run(target(), 'true', limits);
    const viaBastion = { ...way(), login: { ...bastionLogin() } };
    await refusal(fleet.run(viaBastion, `${killSshd}; sleep 5`, limits));
    expect((await fleet.run(target(), 'echo back', limits)).stdout).to.equal('back\n');
    expect(fleet.counters().get('redis-a')?.connections).to.equal(2);
    expect(fleet.counters().get('127.0.0.1')?.connections).to.equal(2);
  });

  it('close ends both legs', async () => {
    const ended = (sshd: Sshd) => sshd.daemon.printed().match(/^Disconnected from user root/gm)?.length ?? 0;
    const before = [ended(bastion), ended(host)];
    const sockets = () => process.getActiveResourcesInfo().filter((one) => one === 'TCPSocketWrap').length;
    const open0 = sockets();
    const fleet = open();
    await fleet.run(target(), 'true', limits);
    expect(sockets()).to.equal(open0 + 1);
    await fleet.close();
    expect(sockets()).to.equal(open0);
    await until(() => ended(bastion) === (before[0] ?? 0) + 1 && ended(host) === (before[1] ?? 0) + 1);
  });

  it('a bastion that is not there leaves nothing open', async () => {
    const error = await refusal(
      open({ connectTimeoutMs: 800 }).run(target('redis-a', await freePort()), 'true', limits),
    );
    expect(error).to.be.instanceOf(NoWayThrough).and.include({ kind: 'unreachable' });
    expect(error.message).to.match(/^127\.0\.0\.1, port \d+: connection refused/);
  });
});

describe('ssh, at a public address', () => {
  let sshd: Sshd;
  const opened: SshFleet[] = [];
  const target = { name: 'redis-a', address: '10.0.0.9', publicAddress: '127.0.0.1' };
  const run = async (changes: Partial<Ssh> = {}) => {
    const fleet = openSsh(sshd.settings(changes));
    opened.push(fleet);
    return fleet.run(target, 'echo in', limits);
  };
  const line = async (address: string, wrong = false) =>
    `[${address}]:${sshd.port} ${wrong ? (await readFile(join(sshd.folder, 'id.pub'), 'utf8')).trim() : await sshd.hostKey('ed25519')}\n`;

  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd.stop());
  afterEach(() => Promise.all(opened.splice(0).map((fleet) => fleet.close())));

  it('is known by its private address, or by its public one', async () => {
    for (const address of ['10.0.0.9', '127.0.0.1']) {
      await sshd.knownHosts(await line(address));
      expect((await run()).stdout).to.equal('in\n');
    }
  });

  it('the private address decides, if a key is on file for it', async () => {
    await sshd.knownHosts((await line('10.0.0.9', true)) + (await line('127.0.0.1')));
    const error = await refusal(run());
    expect(error.message).to.contain('redis-a (10.0.0.9 at 127.0.0.1) offered ANOTHER HOST KEY').and.contain('line 1');
    await sshd.knownHosts((await line('10.0.0.9')) + (await line('127.0.0.1', true)));
    expect((await run()).stdout).to.equal('in\n');
  });

  it('a key that is revoked for either is refused', async () => {
    await sshd.knownHosts(`${await line('10.0.0.9')}@revoked ${await line('127.0.0.1')}`);
    expect((await refusal(run())).message).to.contain('REVOKED');
  });

  it('accept-new records the private address, which stays', async () => {
    await sshd.knownHosts('');
    await run({ hostKeys: 'accept-new' });
    expect(await readFile(join(sshd.folder, 'known_hosts'), 'utf8')).to.equal(await line('10.0.0.9'));
  });
});
