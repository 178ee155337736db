import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import ssh2 from 'ssh2';
import { openSsh, type SshFleet } from '../../../../controller/adapters/ssh/ssh.ts';
import type { HostTarget } from '../../../../controller/transport/io.ts';
import type { Ssh } from '../../../../crds/fleet.ts';
import { freePort, until } from '../../../support/processes.ts';
import { refusal } from '../support/refusal.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const limits = { timeoutMs: 5_000, outputBytes: 1_000_000 };

/** Kills the sshd that serves this very session, and with it the connection. */
const killSshd =
  'pid=$$; while [ "$(cat /proc/$pid/comm)" != sshd ]; do pid=$(ps -o ppid= -p $pid | tr -d " "); done; kill -KILL $pid';

describe('ssh, against a real sshd', () => {
  let sshd: Sshd;
  const opened: SshFleet[] = [];
  const open = (changes: Partial<Ssh> = {}, options: Parameters<typeof openSsh>[1] = {}) => {
    const fleet = openSsh(sshd.settings(changes), options);
    opened.push(fleet);
    return fleet;
  };

  before(async () => {
    sshd = await startSshd({ config: ['MaxStartups 100:30:100'] });
  });
  after(() => sshd.stop());
  beforeEach(() => sshd.trust());
  afterEach(() => Promise.all(opened.splice(0).map((fleet) => fleet.close())));

  describe('run', () => {
    it('runs a script from standard input as root and keeps its outputs and exit code apart', async () => {
      const answer = await open().run(sshd.target, 'id -u; echo oops >&2; echo "$0 $#"; exit 7', limits);
      expect(answer).to.eql({ exit: 7, stdout: '0\nsh 0\n', stderr: 'oops\n', truncated: false });
    });

    it('keeps what a script reads after itself out of reach, and quotes nothing', async () => {
      const answer = await open().run(sshd.target, "printf '%s\\n' 'ä \"$HOME\" `x`'", limits);
      expect(answer.stdout).to.equal('ä "$HOME" `x`\n');
    });

    it('takes a script larger than the window and gives an answer as large', async () => {
      const filler = `: ${'x'.repeat(1000)}\n`.repeat(4000);
      const answer = await open().run(sshd.target, `${filler}head -c 3000000 /dev/zero | tr '\\0' y; echo end >&2`, {
        ...limits,
        outputBytes: 4_000_000,
      });
      expect(answer.stdout.length).to.equal(3_000_000);
      expect(answer.stderr).to.equal('end\n');
    });

    it('a shell that leaves before its script is read gives its own exit code', async () => {
      const answer = await open().run(sshd.target, `exit 3\n${`: ${'x'.repeat(1000)}\n`.repeat(4000)}`, limits);
      expect(answer.exit).to.equal(3);
    });

    it('receives the exit code of a command that ends at once', async () => {
      const server = new ssh2.Server({ hostKeys: [await readFile(join(sshd.folder, 'host_ed25519'))] }, (client) =>
        client
          .on('authentication', (context) => context.accept())
          .on('session', (accept) =>
            // All in one packet: the answer that it is begun, the exit code, the end.
            accept().on('exec', (begin) => {
              const channel = begin();
              channel.exit(7);
              channel.end();
            }),
          ),
      ).listen(0, '127.0.0.1');
      try {
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        await sshd.knownHosts(`[127.0.0.1]:${port} ${await sshd.hostKey('ed25519')}\n`);
        const fleet = open({ port });
        expect((await fleet.run(sshd.target, 'true', limits)).exit).to.equal(7);
        await fleet.close();
      } finally {
        server.close();
      }
    });

    it('counts a death by signal as a shell does', async () => {
      const answer = await open().run(sshd.target, 'kill -KILL $$', limits);
      expect(answer.exit).to.equal(137);
    });

    it('has a time limit, reports it, and ends the script on the host', async () => {
      const fleet = open();
      const pidFile = join(sshd.folder, 'pid');
      const script = `trap 'echo gone > ${pidFile}.end; exit 1' TERM; echo $$ > ${pidFile}; while :; do sleep 0.1; done`;
      const error = await refusal(fleet.run(sshd.target, script, { ...limits, timeoutMs: 600 }));
      expect(error.kind).to.equal('timeout');
      expect(error.message).to.contain('redis-a (127.0.0.1)').and.contain('600 ms').and.contain('in part');
      const wait = `for i in $(seq 50); do [ -s ${pidFile}.end ] && break; sleep 0.1; done; cat ${pidFile}.end`;
      expect((await fleet.run(sshd.target, wait, { ...limits, timeoutMs: 8_000 })).stdout).to.equal('gone\n');
      expect(fleet.counters().get('redis-a')?.connections).to.equal(1);
    });

    it('ends for good what will not hear', async () => {
      const fleet = open();
      const pidFile = join(sshd.folder, 'deaf');
      const script = `trap '' TERM HUP; echo $$ > ${pidFile}; while :; do sleep 0.1; done`;
      await refusal(fleet.run(sshd.target, script, { ...limits, timeoutMs: 500 }));
      const wait = `pid=$(cat ${pidFile}); for i in $(seq 200); do kill -0 "$pid" || exit 7; sleep 0.1; done`;
      expect((await fleet.run(sshd.target, wait, { ...limits, timeoutMs: 30_000 })).exit).to.equal(7);
    });

    it('has an output limit over both outputs together', async () => {
      const error = await refusal(
        open().run(sshd.target, 'yes | head -c 600; yes | head -c 600 >&2; sleep 1', { ...limits, outputBytes: 1000 }),
      );
      expect(error.kind).to.equal('overflow');
      expect(error.message).to.contain('1000 bytes');
    });
  });

  describe('one connection a host', () => {
    it('is shared by all concurrent callers, and kept', async () => {
      const fleet = open();
      const before = sshd.logins();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, n) => fleet.run(sshd.target, `echo ${n}`, limits)),
      );
      expect(answers.map((answer) => answer.stdout)).to.eql(Array.from({ length: 30 }, (_, n) => `${n}\n`));
      await fleet.run(sshd.target, 'true', limits);
      expect(sshd.logins() - before).to.equal(1);
      expect(fleet.counters().get('redis-a')).to.eql({ connections: 1, commands: 31, channels: 0 });
    });

    it('is opened again when it died, for the next command', async () => {
      const fleet = open();
      await fleet.run(sshd.target, 'true', limits);
      await sshd.restart();
      const killed = fleet.run(sshd.target, `${killSshd}; sleep 5`, limits);
      const error = await refusal(killed);
      expect(error.kind).to.equal('unreachable');
      expect(error.message).to.contain('may have been carried out in part');
      expect((await fleet.run(sshd.target, 'echo back', limits)).stdout).to.equal('back\n');
      expect(fleet.counters().get('redis-a')?.connections).to.equal(2);
    });

    it('a script whose connection breaks is not run again', async () => {
      const fleet = open();
      const traces = join(sshd.folder, 'traces');
      const error = await refusal(fleet.run(sshd.target, `echo ran >> ${traces}; ${killSshd}; sleep 5`, limits));
      expect(error.kind).to.equal('unreachable');
      expect(await readFile(traces, 'utf8')).to.equal('ran\n');
    });

    it('sessions that sshd does not give are reported as such', async () => {
      const narrow = await startSshd({ config: ['MaxSessions 0'] });
      const fleet = openSsh(narrow.settings());
      try {
        await narrow.trust();
        const error = await refusal(fleet.run(narrow.target, 'true', limits));
        expect(error.kind).to.equal('protocol');
        expect(error.message).to.contain('nothing was run').and.contain('MaxSessions');
      } finally {
        await fleet.close();
        await narrow.stop();
      }
    });

    it('close ends it, and nothing runs afterwards', async () => {
      const fleet = open();
      await fleet.run(sshd.target, 'true', limits);
      await fleet.close();
      expect((await refusal(fleet.run(sshd.target, 'true', limits))).message).to.contain('closed');
    });
  });

  describe('host keys', () => {
    it('an unknown host is refused with its fingerprint, the file and what to do, and nothing is sent', async () => {
      await sshd.knownHosts('');
      const before = sshd.logins();
      const error = await refusal(open().run(sshd.target, 'true', limits));
      expect(error.kind).to.equal('refused');
      expect(error.message)
        .to.contain('redis-a (127.0.0.1) is not a known host')
        .and.match(/ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}/)
        .and.contain(join(sshd.folder, 'known_hosts'))
        .and.contain(`ssh-keyscan -p ${sshd.port} 127.0.0.1`);
      expect(sshd.logins()).to.equal(before);
    });

    it('no file at all is the same', async () => {
      const error = await refusal(open({ knownHosts: join(sshd.folder, 'nowhere') }).run(sshd.target, 'true', limits));
      expect(error.message).to.contain('not a known host').and.contain('nowhere');
    });

    it('a changed key is refused, louder, with both fingerprints and the line', async () => {
      await sshd.knownHosts(`# first\n[127.0.0.1]:${sshd.port} ${await otherKey()}\n`);
      for (const hostKeys of ['strict', 'accept-new'] as const) {
        const error = await refusal(open({ hostKeys }).run(sshd.target, 'true', limits));
        expect(error.kind).to.equal('refused');
        expect(error.message).to.contain('ANOTHER HOST KEY').and.contain('line 2').and.contain('ssh-keygen -R');
        expect(error.message.match(/SHA256:/g)).to.have.length(2);
      }
      expect(await readFile(join(sshd.folder, 'known_hosts'), 'utf8'))
        .to.contain('# first')
        .and.not.contain(await sshd.hostKey('ed25519'));
    });

    it('a revoked key is refused', async () => {
      await sshd.knownHosts(`@revoked * ${await sshd.hostKey('ed25519')}\n`);
      const error = await refusal(open({ hostKeys: 'accept-new' }).run(sshd.target, 'true', limits));
      expect(error.message).to.contain('REVOKED');
    });

    it('accept-new writes the key down, and holds on to it', async () => {
      const file = join(sshd.folder, 'new', 'known_hosts');
      const fleet = open({ hostKeys: 'accept-new', knownHosts: file });
      await Promise.all([
        fleet.run(sshd.target, 'true', limits),
        fleet.run({ ...sshd.target, address: '127.0.0.1' }, 'true', limits),
      ]);
      const line = `[127.0.0.1]:${sshd.port} ${await sshd.hostKey('ed25519')}\n`;
      expect(await readFile(file, 'utf8')).to.equal(line);
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      await open({ knownHosts: file }).run(sshd.target, 'true', limits);
      expect(await readFile(file, 'utf8')).to.equal(line);
    });

    it('accept-new does not write behind an unfinished line', async () => {
      await sshd.knownHosts('# no line break');
      await open({ hostKeys: 'accept-new' }).run(sshd.target, 'true', limits);
      expect(await readFile(join(sshd.folder, 'known_hosts'), 'utf8')).to.match(/^# no line break\n\[127/);
    });

    it('accept-new writes nothing for a host that does not let us in', async () => {
      await sshd.knownHosts('');
      await refusal(open({ hostKeys: 'accept-new', user: 'nobody' }).run(sshd.target, 'true', limits));
      expect(await readFile(join(sshd.folder, 'known_hosts'), 'utf8')).to.equal('');
    });

    it('finds hosts hashed by ssh-keygen -H', async () => {
      const { runCommand } = await import('../../../support/processes.ts');
      await runCommand('ssh-keygen', ['-H', '-f', join(sshd.folder, 'known_hosts')]);
      expect(await readFile(join(sshd.folder, 'known_hosts'), 'utf8')).to.match(/^\|1\|/);
      await open().run(sshd.target, 'true', limits);
    });

    for (const type of ['rsa', 'ecdsa', 'ed25519'] as const) {
      it(`requests the type of key that is known: ${type}`, async () => {
        await sshd.knownHosts(`[127.0.0.1]:${sshd.port} ${await sshd.hostKey(type)}\n`);
        await open().run(sshd.target, 'true', limits);
      });
    }

    /** A key of another host. */
    async function otherKey(): Promise<string> {
      return (await readFile(join(sshd.folder, 'id.pub'), 'utf8')).trim();
    }
  });

  describe('who we are', () => {
    it('a key that others may read is refused', async () => {
      const path = join(sshd.folder, 'loose');
      await writeFile(path, await readFile(join(sshd.folder, 'id')));
      await chmod(path, 0o640);
      const error = await refusal(open({ identity: { file: path } }).run(sshd.target, 'true', limits));
      expect(error.kind).to.equal('refused');
      expect(error.message).to.contain('mode 0640').and.contain(`chmod 600 ${path}`);
    });

    it('a key under a passphrase points to the agent', async () => {
      const { makeKey } = await import('../support/sshd.ts');
      const path = join(sshd.folder, 'locked');
      await makeKey(path, 'ed25519', [], 'open sesame');
      const error = await refusal(open({ identity: { file: path } }).run(sshd.target, 'true', limits));
      expect(error.message).to.contain('passphrase').and.contain(`ssh-add ${path}`).and.contain('agent: true');
    });

    it('no key, a public key, no key at all', async () => {
      const run = (file: string) => refusal(open({ identity: { file } }).run(sshd.target, 'true', limits));
      expect((await run(join(sshd.folder, 'missing'))).message).to.contain('ENOENT');
      await chmod(join(sshd.folder, 'id.pub'), 0o600);
      expect((await run(join(sshd.folder, 'id.pub'))).message).to.contain('public key');
      await writeFile(join(sshd.folder, 'junk'), 'junk', { mode: 0o600 });
      const junk = await run(join(sshd.folder, 'junk'));
      expect(junk.message).to.contain('not a private key');
    });

    it('a key the host does not know, and the user', async () => {
      const { makeKey } = await import('../support/sshd.ts');
      await makeKey(join(sshd.folder, 'unauthorized'), 'ed25519');
      const error = await refusal(
        open({ identity: { file: join(sshd.folder, 'unauthorized') } }).run(sshd.target, 'true', limits),
      );
      expect(error.kind).to.equal('refused');
      expect(error.message).to.contain('unauthorized').and.contain('user root').and.contain('authorized_keys');
    });

    it('a created host that was started a moment ago may not have its login user yet, and no sshd', async () => {
      const { makeKey } = await import('../support/sshd.ts');
      await makeKey(join(sshd.folder, 'no-user-yet'), 'ed25519');
      const startedAgo = (ms: number) => ({
        ...sshd.target,
        made: { instanceId: 'i-1', launched: Date.now() - ms },
      });
      const identity = { file: join(sshd.folder, 'no-user-yet') };
      const kindOf = async (changes: Partial<Ssh>, ms: number) =>
        (await refusal(open(changes).run(startedAgo(ms), 'true', limits))).kind;
      expect(await kindOf({ identity }, 30_000)).to.equal('early');
      expect(await kindOf({ identity }, 600_000)).to.equal('refused');
      const down = { port: await freePort(), connectTimeoutMs: 300 };
      expect(await kindOf(down, 30_000)).to.equal('early');
      expect(await kindOf(down, 600_000)).to.equal('unreachable');
      const silent = createServer().listen(0, sshd.target.address);
      await once(silent, 'listening');
      const mute = { port: (silent.address() as AddressInfo).port, connectTimeoutMs: 300 };
      expect(await kindOf(mute, 30_000)).to.equal('early');
      expect(await kindOf(mute, 200_000)).to.equal('timeout');
      silent.close();
    });

    it('root where cloud-init keeps root out', async () => {
      const words = 'Please login as the user "admin" rather than the user "root".';
      const guarded = await startSshd({ config: [`ForceCommand echo '${words}'; exit 142`] });
      const fleet = openSsh(guarded.settings());
      try {
        await guarded.trust();
        const error = await refusal(fleet.run(guarded.target, 'true', limits));
        expect(error.kind).to.equal('refused');
        expect(error.message).to.contain(words).and.contain('spec.ssh.user');
      } finally {
        await fleet.close();
        await guarded.stop();
      }
    });

    it('a corrected key is read again', async () => {
      const path = join(sshd.folder, 'later');
      const fleet = open({ identity: { file: path } });
      await refusal(fleet.run(sshd.target, 'true', limits));
      await writeFile(path, await readFile(join(sshd.folder, 'id')), { mode: 0o600 });
      await fleet.run(sshd.target, 'true', limits);
    });

    it('a key that was refused is read again: it may have been replaced', async () => {
      const { makeKey } = await import('../support/sshd.ts');
      const path = join(sshd.folder, 'replaced');
      await makeKey(path, 'ed25519');
      const fleet = open({ identity: { file: path } });
      expect((await refusal(fleet.run(sshd.target, 'true', limits))).kind).to.equal('refused');
      await writeFile(path, await readFile(join(sshd.folder, 'id')), { mode: 0o600 });
      await fleet.run(sshd.target, 'true', limits);
    });

    it('RSA keys, which must not sign with SHA-1', async () => {
      const { makeKey } = await import('../support/sshd.ts');
      const path = join(sshd.folder, 'id_rsa');
      await makeKey(path, 'rsa', ['-b', '2048']);
      const list = join(sshd.folder, 'authorized_keys');
      await writeFile(list, `${await readFile(list, 'utf8')}${await readFile(`${path}.pub`, 'utf8')}`);
      await open({ identity: { file: path } }).run(sshd.target, 'true', limits);
    });

    it('the agent', async () => {
      const { runCommand, startDaemon } = await import('../../../support/processes.ts');
      const socket = join(sshd.folder, 'agent');
      const none = await refusal(open({ identity: { agent: true } }, { env: {} }).run(sshd.target, 'true', limits));
      expect(none.message).to.contain('SSH_AUTH_SOCK');
      const dead = await refusal(
        open({ identity: { agent: true } }, { env: { SSH_AUTH_SOCK: socket } }).run(sshd.target, 'true', limits),
      );
      expect(dead.kind).to.equal('refused');
      expect(dead.message).to.contain('ssh-add -l');
      const agent = await startDaemon('ssh-agent', ['-D', '-a', socket], /SSH_AUTH_SOCK/);
      try {
        const empty = await refusal(
          open({ identity: { agent: true } }, { env: { SSH_AUTH_SOCK: socket } }).run(sshd.target, 'true', limits),
        );
        expect(empty.kind).to.equal('refused');
        await runCommand('ssh-add', [join(sshd.folder, 'id')], { ...process.env, SSH_AUTH_SOCK: socket });
        await open({ identity: { agent: true } }, { env: { SSH_AUTH_SOCK: socket } }).run(sshd.target, 'true', limits);
      } finally {
        await agent.stop();
      }
    });
  });

  describe('a host that is not there', () => {
    let server: Server;
    const sockets: Socket[] = [];
    const listen = async (answer: (socket: Socket) => void) => {
      server = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined));
        answer(socket);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    };
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
      server?.close();
    });

    it('refused: tried again, then reported', async () => {
      const port = await freePort();
      const error = await refusal(open({ port, connectTimeoutMs: 800 }).run(sshd.target, 'true', limits));
      expect(error.kind).to.equal('unreachable');
      expect(error.message).to.contain(`port ${port}: connection refused`).and.contain('spec.ssh.port');
    });

    it('many hosts dialled at once are no leak of listeners', async () => {
      const port = await listen(() => undefined);
      const warnings: string[] = [];
      const note = (warning: Error) => void warnings.push(warning.message);
      process.on('warning', note);
      const fleet = open({ port, connectTimeoutMs: 400 });
      const dial = (_: unknown, index: number) =>
        refusal(fleet.run({ name: `host-${index}`, address: `127.0.0.${index + 1}` }, 'true', limits));
      await Promise.all(Array.from({ length: 16 }, dial));
      process.off('warning', note);
      expect(warnings).to.deep.equal([]);
    });

    it('hangs: accepts the connection and sends nothing: a time limit, for all tries together, and what that means', async () => {
      const port = await listen(() => undefined);
      const started = performance.now();
      const error = await refusal(open({ port, connectTimeoutMs: 700 }).run(sshd.target, 'true', limits));
      expect(error.kind).to.equal('timeout');
      expect(error.message).to.contain('700 ms').and.contain('sshd said nothing').and.contain('hangs');
      expect(performance.now() - started).to.be.below(2_000);
    });

    it('closing gives up what is being dialled, however long that might take', async () => {
      const port = await listen(() => undefined);
      const fleet = open({ port, connectTimeoutMs: 600_000 });
      const error = refusal(fleet.run(sshd.target, 'true', limits));
      await until(() => sockets.length > 0);
      await fleet.close();
      expect((await error).message).to.contain('the program is ending');
    });

    it('dropped before the handshake, as sshd does under MaxStartups: tried again', async () => {
      let drops = 2;
      const { connect } = await import('node:net');
      const port = await listen((socket) => {
        if (drops-- > 0) socket.end('Exceeded MaxStartups\r\n');
        else {
          const onward = connect(sshd.port, '127.0.0.1').on('error', () => socket.destroy());
          sockets.push(onward);
          socket.pipe(onward).pipe(socket);
        }
      });
      await sshd.knownHosts(`[127.0.0.1]:${port} ${await sshd.hostKey('ed25519')}\n`);
      expect((await open({ port }).run(sshd.target, 'echo in', limits)).stdout).to.equal('in\n');
      expect(drops).to.equal(-1);
    });

    it('no SSH at all', async () => {
      const port = await listen((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const error = await refusal(open({ port, connectTimeoutMs: 1_000 }).run(sshd.target, 'true', limits));
      expect(error.kind).to.be.oneOf(['unreachable', 'protocol']);
      expect(error.message).to.contain('redis-a (127.0.0.1)');
    });

    it('a peer that falls silent is noticed by keepalive, while a script runs', async () => {
      const { connect } = await import('node:net');
      let cut = () => {};
      const port = await listen((socket) => {
        const onward = connect(sshd.port, '127.0.0.1').on('error', () => undefined);
        sockets.push(onward);
        socket.pipe(onward).pipe(socket);
        cut = () => {
          socket.unpipe(onward);
          onward.unpipe(socket);
        };
      });
      await sshd.knownHosts(`[127.0.0.1]:${port} ${await sshd.hostKey('ed25519')}\n`);
      const fleet = open({ port }, { keepalive: { intervalMs: 100, countMax: 2 } });
      await fleet.run(sshd.target, 'true', limits);
      const begun = join(sshd.folder, 'begun');
      const running = refusal(fleet.run(sshd.target, `touch ${begun}; sleep 20`, { ...limits, timeoutMs: 15_000 }));
      await until(() => existsSync(begun));
      cut();
      expect((await running).kind).to.equal('unreachable');
    });

    it('a failed host is not dialled again at once for each channel', async () => {
      let dials = 0;
      const port = await listen((socket) => {
        dials++;
        socket.destroy();
      });
      const fleet = open({ port, connectTimeoutMs: 1_000 });
      const host: HostTarget = sshd.target;
      const errors = await Promise.all([1, 2, 3].map(() => refusal(fleet.channel(host, '127.0.0.1', 1, 500))));
      const tried = dials;
      errors.push(await refusal(fleet.channel(host, '127.0.0.1', 1, 500)));
      expect(dials).to.equal(tried);
      expect(new Set(errors.map((error) => error.kind))).to.eql(new Set(['unreachable']));
    });
  });
});

describe('ssh, as a user who is not root', () => {
  const opened: SshFleet[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((fleet) => fleet.close())));
  const cases = [
    { what: 'becomes root with sudo -n', sudoers: 'operator ALL=(ALL) NOPASSWD: ALL', works: true },
    { what: 'reports that sudo wants a password', sudoers: 'operator ALL=(ALL) ALL', works: false },
    { what: 'reports that sudo does not know the user', sudoers: 'root ALL=(ALL) ALL', works: false },
  ];
  for (const { what, sudoers, works } of cases) {
    it(what, async () => {
      const sshd = await startSshd({ user: { name: 'operator', sudoers } });
      try {
        await sshd.trust();
        const fleet = openSsh(sshd.settings());
        opened.push(fleet);
        const running = fleet.run(sshd.target, 'id -u; echo "$SUDO_USER"', limits);
        if (works) expect((await running).stdout).to.equal('0\noperator\n');
        else {
          const error = await refusal(running);
          expect(error.kind).to.equal('refused');
          expect(error.message).to.contain('operator').and.contain('NOPASSWD').and.contain('sudo: ');
        }
      } finally {
        await Promise.all(opened.splice(0).map((fleet) => fleet.close()));
        await sshd.stop();
      }
    });
  }
});
