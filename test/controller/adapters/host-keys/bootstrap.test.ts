import { chmod, lstat, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../../../controller/adapters/clock.ts';
import { hostKeyBootstrap } from '../../../../controller/adapters/host-keys/bootstrap.ts';
import { openSsh, type SshFleet } from '../../../../controller/adapters/ssh/ssh.ts';
import { TransportError } from '../../../../controller/transport/errors.ts';
import type { HostTarget } from '../../../../controller/transport/io.ts';
import type { Ssh } from '../../../../crds/fleet.ts';
import { cloudInit, publicKey } from '../support/consoles.ts';
import { refusal } from '../support/refusal.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const limits = { timeoutMs: 5_000, outputBytes: 1_000_000 };
const minute = 60_000;
const otherKey = publicKey('ssh-ed25519', 'another host');

describe('ssh.hostKeys: console, against a real sshd', () => {
  let sshd: Sshd;
  let now: number;
  let right: Buffer;
  const opened: SshFleet[] = [];
  /** What EC2 shows, by instance; those it shows nothing of are left out. */
  let consoles: Record<string, string | TransportError>;
  let reads: string[];

  const read = async (instanceId: string, latest: boolean): Promise<string> => {
    reads.push(`${instanceId} ${latest ? 'latest' : 'kept'}`);
    const shown = consoles[latest ? instanceId : `${instanceId} kept`] ?? '';
    if (shown instanceof TransportError) throw shown;
    return shown;
  };
  const clock = { ...systemClock, now: () => now };
  const open = (changes: Partial<Ssh> = {}) => {
    const fleet = openSsh(sshd.settings({ hostKeys: 'console', ...changes }), { clock, readConsole: read });
    opened.push(fleet);
    return fleet;
  };
  /** The host as EC2 shows it, started a minute ago by default. */
  const host = (instanceId = 'i-1', ago = minute): HostTarget => ({
    ...sshd.target,
    made: { instanceId, launched: now - ago },
  });
  const file = () => join(sshd.folder, 'known_hosts');
  const text = () => readFile(file(), 'utf8');
  const line = (key: Buffer, comment: string) =>
    `[127.0.0.1]:${sshd.port} ${key.toString('latin1', 4, 4 + key.readUInt32BE(0))} ${key.toString('base64')}${comment}\n`;
  const ofInstance = (id: string) => ` ec2-redis-operator/instance=${id}`;

  before(async () => {
    sshd = await startSshd({ config: ['MaxStartups 100:30:100'] });
    right = Buffer.from((await sshd.hostKey('ed25519')).split(' ')[1] ?? '', 'base64');
  });
  after(() => sshd.stop());
  beforeEach(() => {
    now = 1_700_000_000_000;
    consoles = {};
    reads = [];
    return sshd.knownHosts('');
  });
  afterEach(() => Promise.all(opened.splice(0).map((fleet) => fleet.close())));

  it('a created host is known by its console: recorded with its instance, once, beside what is there', async () => {
    await sshd.knownHosts('# mine\n10.0.0.9 ssh-rsa unreadable');
    consoles['i-1'] = cloudInit([right, publicKey('ssh-rsa', 'its other one')]);
    const fleet = open();
    await Promise.all([fleet.run(host(), 'true', limits), fleet.run(host(), 'true', limits)]);
    expect(await text()).to.equal(
      `# mine\n10.0.0.9 ssh-rsa unreadable\n${line(right, ofInstance('i-1'))}${line(publicKey('ssh-rsa', 'its other one'), ofInstance('i-1'))}`,
    );
    await open().run(host(), 'true', limits);
    await open({ hostKeys: 'strict' }).run(sshd.target, 'true', limits);
    expect(reads).to.deep.equal(['i-1 latest']);
  });

  it('makes the file, for nobody else to read', async () => {
    consoles['i-1'] = cloudInit([right]);
    const path = join(sshd.folder, 'made', 'known_hosts');
    await open({ knownHosts: path }).run(host(), 'true', limits);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(join(sshd.folder, 'made'))).mode & 0o777).to.equal(0o700);
  });

  it('what EC2 kept since the boot counts where the latest shows no keys: a Xen type, or one that has printed much since', async () => {
    consoles['i-1 kept'] = cloudInit([right]);
    await open().run(host(), 'true', limits);
    expect(reads).to.deep.equal(['i-1 latest', 'i-1 kept']);
  });

  it('somebody else who answers at the address is refused, and nothing of what he offers is written down', async () => {
    consoles['i-1'] = cloudInit([otherKey]);
    const before = sshd.logins();
    const error = await refusal(open().run(host(), 'true', limits));
    expect(error.kind).to.equal('refused');
    expect(error.message).to.contain('ANOTHER HOST KEY').and.contain('its keys are read from there again');
    expect(await text()).to.equal(line(otherKey, ofInstance('i-1')));
    expect(sshd.logins()).to.equal(before);
  });

  it('not shown yet: nothing is sent, the console is read at a modest rate, and the host is known as soon as its keys show', async () => {
    // On a busy machine, it prints the ends of earlier connections late.
    await sshd.restart();
    const fleet = open();
    const before = sshd.daemon.printed();
    const error = await refusal(fleet.run(host(), 'true', limits));
    expect(error.kind).to.equal('early');
    expect(error.message)
      .to.contain('EC2 does not show the SSH host keys of redis-a (127.0.0.1, i-1) yet: it takes some minutes')
      .and.contain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> ${file()}`)
      .and.contain('accept-new');
    for (let second = 1; second < 15; second += 1) {
      now += 1000;
      expect((await refusal(fleet.run(host(), 'true', limits))).kind).to.equal('early');
    }
    expect(reads).to.have.length(2);
    expect(sshd.daemon.printed()).to.equal(before);
    expect(await text()).to.equal('');
    consoles['i-1'] = cloudInit([right]);
    now += 1000;
    await fleet.run(host(), 'true', limits);
    expect(reads).to.have.length(3);
  });

  it('an instance that EC2 shows no time of is waited for; one that started long ago requires manual action', async () => {
    const unknown = { ...sshd.target, made: { instanceId: 'i-1', launched: undefined } };
    expect((await refusal(open().run(unknown, 'true', limits))).kind).to.equal('early');
    expect((await refusal(open().run(host('i-1', 19 * minute), 'true', limits))).kind).to.equal('early');
    const late = await refusal(open().run(host('i-1', 20 * minute), 'true', limits));
    expect(late.kind).to.equal('refused');
    expect(late.message)
      .to.contain('at the first boot alone')
      .and.contain('Nothing was sent')
      .and.contain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> ${file()}`)
      .and.contain('ssh-keygen -lf');
  });

  it('a key that an operator adds meanwhile is enough', async () => {
    await sshd.trust();
    await open().run(host('i-1', 60 * minute), 'true', limits);
    expect(reads).to.deep.equal([]);
  });

  it('EC2 that refuses is reported as such, and called again the next time', async () => {
    consoles['i-1'] = new TransportError('refused', 'EC2 GetConsoleOutput: UnauthorizedOperation');
    const fleet = open();
    expect((await refusal(fleet.run(host(), 'true', limits))).message).to.contain('UnauthorizedOperation');
    consoles['i-1'] = cloudInit([right]);
    await fleet.run(host(), 'true', limits);
  });

  it('a key that is marked @revoked is refused, whatever the console shows', async () => {
    await sshd.knownHosts(`@revoked * ${await sshd.hostKey('ed25519')}\n`);
    consoles['i-1'] = cloudInit([right]);
    expect((await refusal(open().run(host(), 'true', limits))).message).to.contain('REVOKED');
  });

  it('a file that cannot be written is reported, and nothing is sent', async () => {
    consoles['i-1'] = cloudInit([right]);
    const error = await refusal(open({ knownHosts: '/proc/known_hosts' }).run(host(), 'true', limits));
    expect(error.kind).to.equal('refused');
    expect(error.message).to.contain('cannot add the host key of redis-a').and.contain('/proc/known_hosts');
  });

  describe('hosts whose keys are not learned', () => {
    it('an adopted host is refused as with strict', async () => {
      const error = await refusal(open().run(sshd.target, 'true', limits));
      expect(error.message).to.contain('is not a known host').and.contain('accept-new');
    });

    it('a created host under strict', async () => {
      const error = await refusal(open({ hostKeys: 'strict' }).run(host(), 'true', limits));
      expect(error.message).to.contain('is not a known host').and.contain('hostKeys: console to have its keys read');
    });

    afterEach(() => expect(reads).to.deep.equal([]));
  });

  describe('an instance created again at the same address', () => {
    it('replaces the lines of the former one, and no other', async () => {
      const others = `# mine\n10.0.0.9 ssh-rsa unreadable\n${line(otherKey, ofInstance('i-old')).replace(String(sshd.port), '1')}`;
      await sshd.knownHosts(
        `${line(otherKey, ofInstance('i-old'))}${others}${line(publicKey('ssh-rsa', 'old'), ofInstance('i-old'))}`,
      );
      await chmod(file(), 0o644);
      consoles['i-1'] = cloudInit([right]);
      await open().run(host(), 'true', limits);
      expect(await text()).to.equal(`${others}${line(right, ofInstance('i-1'))}`);
      expect((await stat(file())).mode & 0o777).to.equal(0o644);
    });

    it('waits for its console: the former key, which is gone with its host, is no longer good', async () => {
      const former = line(right, ofInstance('i-old'));
      await sshd.knownHosts(former);
      expect((await refusal(open().run(host(), 'true', limits))).kind).to.equal('early');
      expect(await text()).to.equal(former);
    });

    it('does not replace what an operator wrote', async () => {
      for (const written of [
        line(otherKey, ''),
        line(otherKey, ' root@redis-a'),
        `127.*,${line(otherKey, ofInstance('i-old'))}`,
      ]) {
        await sshd.knownHosts(written);
        consoles['i-1'] = cloudInit([right]);
        const error = await refusal(open().run(host(), 'true', limits));
        expect(error.message).to.contain('ANOTHER HOST KEY').and.contain('ssh-keygen -R');
        expect(await text()).to.equal(written);
      }
      expect(reads).to.deep.equal([]);
    });

    it('is known by what an operator added beside the lines of the former one', async () => {
      await sshd.knownHosts(line(otherKey, ofInstance('i-old')) + line(right, ''));
      await open().run(host(), 'true', limits);
      expect(reads).to.deep.equal([]);
    });

    it('is not believed in because its key changed: the same instance with another key is refused', async () => {
      await sshd.knownHosts(line(otherKey, ofInstance('i-1')));
      consoles['i-1'] = cloudInit([right]);
      expect((await refusal(open().run(host(), 'true', limits))).message).to.contain('ANOTHER HOST KEY');
      expect(reads).to.deep.equal([]);
    });

    it('under strict its lines are lines like others', async () => {
      await sshd.knownHosts(line(right, ofInstance('i-old')));
      await open({ hostKeys: 'strict' }).run(host(), 'true', limits);
    });

    it('leaves a link what it is', async () => {
      const link = join(sshd.folder, 'link');
      await writeFile(file(), line(otherKey, ofInstance('i-old')));
      await symlink(file(), link);
      consoles['i-1'] = cloudInit([right]);
      await open({ knownHosts: link }).run(host(), 'true', limits);
      expect((await lstat(link)).isSymbolicLink()).to.equal(true);
      expect(await text()).to.equal(line(right, ofInstance('i-1')));
      await rm(link);
    });
  });

  it('many hosts at once, new and created again: none is lost', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `10.0.0.${index + 1}`);
    const settings = sshd.settings({ hostKeys: 'console', port: 22 });
    const known = (address: string, key: string, id: string) =>
      `${address} ssh-ed25519 ${publicKey('ssh-ed25519', key).toString('base64')}${ofInstance(id)}\n`;
    await sshd.knownHosts(
      names
        .slice(20)
        .map((address) => known(address, `old ${address}`, 'i-old'))
        .join(''),
    );
    for (const address of names) consoles[`i-${address}`] = cloudInit([publicKey('ssh-ed25519', address)]);
    const bootstrap = hostKeyBootstrap({ settings, readConsole: read, clock, log: undefined });
    await Promise.all(
      names.map((address) =>
        bootstrap({ name: address, address, made: { instanceId: `i-${address}`, launched: now } }),
      ),
    );
    const lines = (await text()).split(/(?<=\n)/).sort();
    expect(lines).to.deep.equal(names.map((address) => known(address, address, `i-${address}`)).sort());
  });
});
