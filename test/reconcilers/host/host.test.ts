import { expect } from 'chai';
import { findingsText } from '../../../controller/report/plan-text.ts';
import { host } from '../../../reconcilers/host/host.ts';
import { type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import { type FileSystem, fileSystems } from '../../../reconcilers/questions/file-systems.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { reveal } from '../../../renderers/text.ts';
import { must, run } from '../../lab/support/lab.ts';
import { fleetOf, plainFleet } from '../../support/fleets.ts';
import { simulate } from '../../support/simulated-world.ts';
import { run as applyOver, convergedWorld } from '../../support/start.ts';

const gibibyte = 2 ** 30;
const root: FileSystem = {
  mount: '/',
  writable: true,
  freeBytes: 8 * gibibyte,
  totalBytes: 16 * gibibyte,
  freeInodes: 1e6,
  inodes: 2e6,
};
const fleet = fleetOf(plainFleet);

function findings(seen: Observation<readonly FileSystem[]>): readonly string[] {
  const item = host.items(fleet, new Map()).find(({ subject }) => subject === 'host/redis-1');
  const found = item?.diff((() => seen) as Seen) ?? [];
  return found.map(({ field, have, hurts, remedy }) => `${field}: ${have}: ${remedy.by} [${hurts.join()}]`);
}

describe('host', () => {
  const cases: readonly (readonly [string, Observation<readonly FileSystem[]>, readonly string[]])[] = [
    ['room to write', present([root]), []],
    ['not in sight', unknown('no answer'), ['host: could not be seen: blind [t1]']],
    ['not in sight yet', unknown('its keys do not show yet', true), ['host: could not be seen: waiting [t1]']],
    ['read-only', present([{ ...root, writable: false }]), ['file system /: read-only: operator [t1]']],
    ['full', present([{ ...root, freeBytes: 4096 }]), ['file system /: full (0 Mi left): operator [t1]']],
    ['no inodes', present([{ ...root, freeInodes: 3 }]), ['file system /: 3 inodes left: operator [t1]']],
    ['a file system without a limit of inodes', present([{ ...root, freeInodes: 0, inodes: 0 }]), []],
    [
      'nearly full: worth knowing',
      present([{ ...root, freeBytes: gibibyte }]),
      ['file system /: 1024 Mi left of 16 Gi: notice []'],
    ],
    [
      'a small tmpfs is not full because it is small',
      present([root, { ...root, mount: '/run', freeBytes: 2 ** 24, totalBytes: 2 ** 25 }]),
      [],
    ],
  ];
  for (const [why, seen, found] of cases) it(why, () => expect(findings(seen)).to.deep.equal(found));

  it('reads what this machine says of itself, each file system once', async () => {
    const { code, out, err } = await must(run(['sh', '-c', reveal(fileSystems.script({}))]));
    const seen = fileSystems.read({ exit: code, stdout: out, stderr: err, truncated: false }, {});
    expect(seen.state).to.equal('present');
    const found = seen.state === 'present' ? seen.value : [];
    expect(found[0]).to.include({ mount: '/', writable: true });
    expect(found[0]?.totalBytes).to.be.greaterThan(found[0]?.freeBytes ?? 0);
    expect(new Set(found.map(({ mount }) => mount)).size).to.equal(found.length);
  });

  it('tells a read-only file system, and nothing is written to find out', async () => {
    // A mount of its own over /etc, in a mount namespace that ends with the command.
    const script = `mount -t tmpfs -o ro,size=1m none /etc && ${reveal(fileSystems.script({}))}`;
    const { out, code, err } = await must(run(['unshare', '-m', 'sh', '-c', script]));
    const seen = fileSystems.read({ exit: code, stdout: out, stderr: err, truncated: false }, {});
    const etc = seen.state === 'present' ? seen.value.find(({ mount }) => mount === '/etc') : undefined;
    expect(etc).to.include({ mount: '/etc', writable: false });
  });

  it('tells a file system whose kernel refuses writes without saying so to access(2)', () => {
    const figures = ['/', '/etc', '/var/lib', '/run', '/tmp'].flatMap((folder) => [
      `fs ${folder} 4096 100000 90000 5000 9000`,
      `writable ${folder}`,
    ]);
    const mounts = ['mount 20 1 8:1 / / rw - ext4 /dev/sda1 rw', 'mount 21 1 0:5 / /run rw - tmpfs tmpfs rw'];
    const stdout = [...figures, 'refused /etc', ...mounts].join('\n');
    const seen = fileSystems.read({ exit: 0, stdout, stderr: '', truncated: false }, {});
    const found = seen.state === 'present' ? seen.value.map(({ mount, writable }) => [mount, writable]) : [];
    expect(found).to.deep.equal([
      ['/', false],
      ['/run', true],
    ]);
  });

  for (const [why, change] of [
    ['full', { freeBytes: 0 }],
    ['read-only', { writable: false }],
  ] as const)
    it(`${why}: what rests on that host waits, and what disrupts nobody elsewhere is mended`, async () => {
      const world = await convergedWorld(fleet);
      const [first, second] = [world.hosts['redis-1'], world.hosts['redis-2']];
      if (!first || !second) throw new Error('there are no such hosts');
      Object.assign(second.fileSystems[0] ?? {}, change);
      for (const one of [first, second])
        Object.assign(one.ovs?.bridges[0]?.ports.find(({ type }) => type === 'gre') ?? {}, { protected: false });
      const simulation = simulate(world);
      const { outcome } = await applyOver(fleet, simulation);
      expect(outcome.result).to.equal('operator');
      expect(simulation.steps.map((step) => ('host' in step ? step.host : 'elsewhere'))).to.deep.equal(['redis-1']);
      expect(findingsText(outcome.left)).to.match(
        /^host\/redis-2\n {2}! file system \/:.*\nmesh\/redis-2.* rests on host\/redis-2$/s,
      );
    });
});
