import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { OPERATOR_CREDENTIALS } from '../../lab/topology.ts';
import { beginWriting, bootLab, type Lab, must, until } from './support/lab.ts';
import { figure, hostOf, ports, view } from './support/tenants.ts';
import { beginWatch, type LabWatch, type Memory } from './support/watching.ts';

const hosts = ['redis-1', 'redis-2', 'redis-3', 'proxy-1', 'proxy-2'];
const long = Boolean(process.env['LONG']);
/** Seconds that the fleet is watched while nothing happens. */
const idle = long ? 30 * 60 : 20;

describe('watch, on a fleet of real daemons', function () {
  this.timeout(600_000);
  let lab: Lab;
  let watch: LabWatch;

  before(async () => {
    lab = await bootLab('test-watch');
    watch = beginWatch(lab);
  });
  after(async () => {
    await watch?.end();
    await lab?.down();
  });

  it('builds two tenants from nothing', async () => {
    await watch.inOrder(0, 400);
  });

  it('repairs a deleted GRE port without a command', async () => {
    const from = watch.events.length;
    await must(lab.host('redis-1', 'ovs-vsctl del-port gre-redis-2'));
    await watch.event('the drift', ({ type, subject }) => type === 'drift' && subject === 'mesh/redis-1>redis-2', from);
    await watch.event(
      'the repair',
      ({ type, subject }) => type === 'fixed' && subject === 'mesh/redis-1>redis-2',
      from,
    );
    await must(lab.host('redis-1', 'ovs-vsctl get Interface gre-redis-2 ofport'));
    await watch.inOrder(from);
  });

  it('starts a stopped container without a command', async () => {
    const from = watch.events.length;
    await must(lab.host('redis-2', 'lxc-stop -k -n acme-r2'));
    await watch.event(
      'the step',
      ({ type, operation, description }) =>
        type === 'step-done' && operation === 'container-run' && /acme-r2/.test(description ?? ''),
      from,
    );
    await watch.inOrder(from, 300);
  });

  it('beside a second watch: both repair, both come to rest, and neither reverts what the other did', async () => {
    const other = beginWatch(lab);
    await other.inOrder();
    const master = (await view(lab, 'acme')).master;
    const from = watch.events.length;
    const fromOther = other.events.length;
    await Promise.all([
      must(lab.host('redis-1', 'ovs-vsctl del-port gre-redis-3')),
      must(lab.host('redis-2', 'ovs-vsctl del-port gre-redis-1')),
      must(lab.host(hostOf(master), `lxc-stop -k -n acme-${master}`)),
    ]);
    const steps = () =>
      [...watch.events.slice(from), ...other.events.slice(fromOther)].filter(({ type }) => type.startsWith('step'));
    await until(
      'plan to report no differences',
      () => lab.reconcile('plan', '-f', lab.documents),
      ({ code }) => code === 0,
      300,
    );
    await settled(watch);
    await settled(other);
    const done = steps();
    figure(
      `two watches did for three faults: ${done.map(({ type, description }) => `${type}: ${description}`).join('; ')}`,
    );
    const end = Date.now() + 20_000;
    await until(
      'either to act again, or the time to pass',
      async () => steps().length > done.length || Date.now() > end,
      Boolean,
    );
    expect(steps()).to.deep.equal(done);
    expect(new Set(done.map(({ type }) => type))).to.deep.equal(new Set(['step-done']));
    expect(await other.end()).to.equal(0);
    expect(other.events.at(-1)).to.deep.include({ type: 'stopped', left: [] });
  });

  it('with keys from a file that EC2 refuses, and that are renewed in the file: it goes on without a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    const file = join(folder, 'credentials');
    const keysIn = ({ accessKeyId, secretAccessKey }: Record<keyof typeof OPERATOR_CREDENTIALS, string>) =>
      writeFileSync(
        file,
        `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
        { mode: 0o600 },
      );
    keysIn({ ...OPERATOR_CREDENTIALS, secretAccessKey: 'of-yesterday' });
    const other = beginWatch(lab, '2s', lab.documents, file);
    try {
      await other.event('that EC2 cannot be read', ({ type }) => type === 'unknown' || type === 'pass-failed');
      const from = other.events.length;
      keysIn(OPERATOR_CREDENTIALS);
      await other.inOrder(from);
    } finally {
      expect(await other.end()).to.equal(0);
      rmSync(folder, { recursive: true });
    }
  });

  it('stopped during a failover and a move of the address: it then reverts nothing that Sentinel and keepalived decided', async () => {
    const from = watch.events.length;
    const before = await view(lab, 'acme');
    const writer = await beginWriting(lab, ports.acme, lab.passwords.acme);
    process.kill(watch.pid(), 'SIGSTOP');
    await must(lab.host(hostOf(before.master), `lxc-attach -n acme-${before.master} -- pkill -9 -x redis-server`));
    await must(lab.host(before.vipOwner, 'systemctl stop ec2-redis-keepalived.service'));
    const decided = await until(
      'another master behind another proxy',
      () => view(lab, 'acme'),
      ({ ready, master, vipOwner }) => ready === 'True' && master !== before.master && vipOwner !== before.vipOwner,
    );
    process.kill(watch.pid(), 'SIGCONT');
    await watch.event(
      'keepalived started again',
      ({ type, operation, description }) =>
        type === 'step-done' && operation === 'unit' && /start ec2-redis-keepalived/.test(description ?? ''),
      from,
    );
    await watch.inOrder(from, 300);
    expect(await view(lab, 'acme')).to.include({ master: decided.master, vipOwner: decided.vipOwner });
    const steps = watch.events
      .slice(from)
      .flatMap(({ type, description }) => (type === 'step-done' ? [description] : []));
    expect(steps).to.have.lengthOf(1);
    const { longestGapMs, acknowledged, lostAcknowledged } = await writer.stop();
    figure(
      `watch stopped meanwhile: ${(longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${lostAcknowledged} of ${acknowledged} lost`,
    );
    expect(lostAcknowledged).to.equal(0);
  });

  it(`is quiet while nothing happens for ${idle} s: no action, the same connections, no more memory or descriptors`, async function () {
    this.timeout((idle + 660) * 1000);
    await settled(watch);
    const from = watch.events.length;
    const accepted = await connections();
    const channels = await forwarded();
    // In its first minute it allocates the pages that it then keeps.
    await sampled(60);
    const samples = await sampled(idle);
    const part = Math.max(3, Math.floor(samples.length / (long ? 30 : 4)));
    const [first, last] = [samples.slice(0, part), samples.slice(-part)];
    const mb = (of: readonly Sample[], what: keyof Memory) => median(of.map((one) => one[what])) / 2 ** 20;
    const fds = (of: readonly Sample[]) => median(of.map(({ descriptors }) => descriptors));
    figure(
      `after garbage collection: RSS ${mb(first, 'rss').toFixed(1)} MiB at first, ${mb(last, 'rss').toFixed(1)} at last; heap ${mb(first, 'heapUsed').toFixed(2)} and ${mb(last, 'heapUsed').toFixed(2)}; descriptors ${fds(first)} and ${fds(last)}; ${samples.length} samples`,
    );
    figure(`sshd connections accepted before and after: ${accepted.join()} and ${(await connections()).join()}`);
    expect(watch.events.slice(from).filter(({ type }) => type.startsWith('step'))).to.deep.equal([]);
    expect(await connections()).to.deep.equal(accepted);
    expect(await forwarded()).to.be.at.most(channels);
    expect(fds(last)).to.be.at.most(fds(first));
    expect(mb(last, 'heapUsed')).to.be.at.most(mb(first, 'heapUsed') * 1.01);
    // Pages that V8 allocates for young objects and keeps are no leak: how many depends on the load of the machine.
    expect(mb(last, 'rss')).to.be.at.most(mb(first, 'rss') * 1.1);
  });

  it('ends on SIGTERM, and reports what is left', async () => {
    expect(await watch.end()).to.equal(0);
    expect(watch.events.at(-1)).to.deep.include({ type: 'stopped', left: [] });
    expect(watch.err()).to.equal('');
  });

  /** Waits until effects of a busy machine on daemons (a Sentinel that was not scheduled) are over. */
  async function settled(of: LabWatch): Promise<void> {
    const latest = () => [...of.events].reverse().find(({ type }) => /^(in-order|drift|waiting|unknown)$/.test(type));
    await until(
      'it to be in order',
      async () => latest()?.type,
      (type) => type === 'in-order',
      300,
    );
  }

  /** The memory and descriptors of the watch, sampled for so many seconds. */
  async function sampled(seconds: number): Promise<readonly Sample[]> {
    const samples: Sample[] = [];
    const begun = Date.now();
    await until(
      'the time to pass',
      async () => {
        if (samples.length * (long ? 5000 : 500) < Date.now() - begun)
          samples.push({ ...(await watch.memory()), descriptors: readdirSync(`/proc/${watch.pid()}/fd`).length });
        return Date.now() - begun;
      },
      (passed) => passed > seconds * 1000,
      seconds + 60,
    );
    return samples;
  }

  /** SSH logins that each host has accepted since it booted. */
  function connections(): Promise<readonly number[]> {
    const count = "journalctl -b --no-pager -t sshd | grep -c 'Accepted publickey' || true";
    return Promise.all(hosts.map(async (host) => Number((await must(lab.host(host, count))).out)));
  }

  /** TCP connections of the proxies into the tenants' networks that sshd forwards. */
  async function forwarded(): Promise<number> {
    const count = "ss -Htnp state established | grep -c '10[.]10[12][.].*sshd' || true";
    const counts = await Promise.all(
      hosts
        .filter((host) => host.startsWith('proxy'))
        .map(async (host) => Number((await must(lab.host(host, count))).out)),
    );
    return counts.reduce((a, b) => a + b, 0);
  }
});

interface Sample extends Memory {
  readonly descriptors: number;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
