import { expect } from 'chai';
import { beginLoad, type Lab, labFor, must, until } from './support/lab.ts';
import { figure, heal, hostOf, ports, view } from './support/tenants.ts';

const seconds = 120;

/** With the sizes of examples/quickstart: 256 Mi of memory, 128 Mi of it for data. */
describe('the memory of a member, on a fleet of real daemons', function () {
  this.timeout(600_000);
  const booted = labFor('test-memory', 'lxc', heal);

  it('a replica hangs, and clients write 5 MB a second: the master is not killed, and the replica comes into sync under that load', async () => {
    const lab = booted();
    const { master } = await view(lab, 'acme');
    const replica = ['r1', 'r2', 'r3'].find((member) => member !== master) ?? '';
    const before = await serverOf(lab, master);
    const load = await beginLoad(lab, ports.acme, lab.passwords.acme, { megabytes: 90, rate: 5 });
    const signal = (name: string) => lab.containers.inside(`acme-${replica}`, `pkill -${name} -x redis-server`);
    await must(lab.host(hostOf(replica), signal('STOP')));
    // The time itself is what is tried.
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const after = await serverOf(lab, master);
    await must(lab.host(hostOf(replica), signal('CONT')));
    const resumed = Date.now();
    await until(
      'the replica in sync under load',
      () => view(lab, 'acme'),
      ({ replicasInSync }) => replicasInSync === '2/2',
      120,
    );
    const synced = (Date.now() - resumed) / 1000;
    const { megabytes, longestGapMs } = await load.stop();
    figure(
      `a hung replica for ${seconds} s, ${megabytes} MB written: longest time without a write ${(longestGapMs / 1000).toFixed(1)} s, most memory ${after.mostMemory} Mi of 256, in sync ${synced.toFixed(0)} s after it was resumed`,
    );
    expect(after).to.include({ kills: before.kills, pid: before.pid });
    // Several times what the buffer of a replica may hold. A slow machine may write less than was asked for.
    expect(megabytes).to.be.greaterThan(200);
    await heal(lab);
  });
});

/** Of a member: the process of its Redis, what the kernel has killed in its container, and the most memory it has used, in Mi. */
async function serverOf(lab: Lab, member: string) {
  const name = `acme-${member}`;
  const { out } = await must(
    lab.host(
      hostOf(member),
      `${lab.containers.inside(name, 'pgrep -o -x redis-server')}
value() { lxc-cgroup -n ${name} "$1" 2>/dev/null; }
{ value memory.events || value memory.oom_control; } | sed -n 's/^oom_kill //p'
value memory.peak || value memory.max_usage_in_bytes`,
    ),
  );
  const [pid, kills, most] = out.trim().split('\n').map(Number);
  return { pid, kills, mostMemory: Math.round((most ?? 0) / 2 ** 20) };
}
