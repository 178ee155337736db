import { expect } from 'chai';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import { type FileSystem, fileSystems } from '../../../reconcilers/facts/host/file-systems.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { host } from '../../../reconcilers/host/index.ts';
import { reveal } from '../../../renderers/lib/text.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { run as applyOver, convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { must, run } from '../../e2e/support/lab.ts';

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
  const found = item?.diff((() => seen) as FactLookup) ?? [];
  return found.map(({ reason, field, impacts, remedy }) => {
    const how = remedy.by === 'waiting' ? `waiting (${remedy.cause})` : remedy.by;
    return `${reason} ${field}: ${how} [${impacts.join()}]`;
  });
}

describe('host', () => {
  const cases: readonly (readonly [string, Observation<readonly FileSystem[]>, readonly string[]])[] = [
    ['enough space', present([root]), []],
    ['does not answer', unknown('no answer'), ['NotObserved host: unknown [t1]']],
    [
      'does not answer yet',
      unknown('its keys are not known yet', 'soon'),
      ['NotObserved host: waiting (settling) [t1]'],
    ],
    ['read-only', present([{ ...root, writable: false }]), ['FileSystemReadOnly file system /: manual [t1]']],
    ['full', present([{ ...root, freeBytes: 4096 }]), ['FileSystemFull file system /: manual [t1]']],
    ['no inodes', present([{ ...root, freeInodes: 3 }]), ['FileSystemFull file system /: manual [t1]']],
    ['a file system without an inode limit', present([{ ...root, freeInodes: 0, inodes: 0 }]), []],
    [
      'nearly full: for information',
      present([{ ...root, freeBytes: gibibyte }]),
      ['FileSystemNearlyFull file system /: info []'],
    ],
    [
      'a small tmpfs is not full just because it is small',
      present([root, { ...root, mount: '/run', freeBytes: 2 ** 24, totalBytes: 2 ** 25 }]),
      [],
    ],
    [
      'a full tmpfs that daemons need',
      present([root, { ...root, mount: '/run', freeBytes: 0, totalBytes: 2 ** 25 }]),
      ['FileSystemFull file system /run: manual [t1]'],
    ],
  ];
  for (const [why, seen, found] of cases) it(why, () => expect(findings(seen)).to.deep.equal(found));

  it('shows how much space or how many inodes are left', () => {
    const values = (change: Partial<FileSystem>) => {
      const item = host.items(fleet, new Map()).find(({ subject }) => subject === 'host/redis-1');
      const [found] = item?.diff((() => present([{ ...root, ...change }])) as FactLookup) ?? [];
      return [found?.have, found?.want];
    };
    expect(values({ freeBytes: 2 ** 20 })).to.deep.equal(['1 Mi free', 'at least 64 Mi free']);
    expect(values({ freeInodes: 3 })).to.deep.equal(['3 inodes free', 'at least 100 inodes free']);
    expect(values({ freeBytes: gibibyte })).to.deep.equal(['1024 Mi of 16 Gi free', 'at least 10% free']);
  });

  it('reads the file systems of this machine, each once', async () => {
    const { code, out, err } = await must(run(['sh', '-c', reveal(fileSystems.script({}))]));
    const seen = fileSystems.read({ exit: code, stdout: out, stderr: err, truncated: false }, {});
    expect(seen.state).to.equal('present');
    const found = seen.state === 'present' ? seen.value : [];
    expect(found[0]).to.include({ mount: '/', writable: true });
    expect(found[0]?.totalBytes).to.be.greaterThan(found[0]?.freeBytes ?? 0);
    expect(new Set(found.map(({ mount }) => mount)).size).to.equal(found.length);
  });

  it('does not look at /tmp, which nothing of ours needs', async () => {
    const script = `mount -t tmpfs -o size=4k none /tmp && cp /bin/sh /tmp/ 2>/dev/null; ${reveal(fileSystems.script({}))}`;
    const { out, code, err } = await must(run(['unshare', '-m', 'sh', '-c', script]));
    const seen = fileSystems.read({ exit: code, stdout: out, stderr: err, truncated: false }, {});
    expect(seen.state === 'present' && seen.value.map(({ mount }) => mount)).to.not.include('/tmp');
  });

  it('detects a read-only file system without writing to it', async () => {
    // A mount of its own over /etc, in a mount namespace that ends with the command.
    const script = `mount -t tmpfs -o ro,size=1m none /etc && ${reveal(fileSystems.script({}))}`;
    const { out, code, err } = await must(run(['unshare', '-m', 'sh', '-c', script]));
    const seen = fileSystems.read({ exit: code, stdout: out, stderr: err, truncated: false }, {});
    const etc = seen.state === 'present' ? seen.value.find(({ mount }) => mount === '/etc') : undefined;
    expect(etc).to.include({ mount: '/etc', writable: false });
  });

  it('detects a file system where writes fail although access(2) succeeds', () => {
    const numbers = ['/', '/etc', '/var/lib', '/run'].flatMap((folder) => [
      `fs ${folder} 4096 100000 90000 5000 9000`,
      `writable ${folder}`,
    ]);
    const mounts = ['mount 20 1 8:1 / / rw - ext4 /dev/sda1 rw', 'mount 21 1 0:5 / /run rw - tmpfs tmpfs rw'];
    const stdout = [...numbers, 'refused /etc', ...mounts].join('\n');
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
    it(`${why}: what depends on that host waits, and non-disruptive fixes continue elsewhere`, async () => {
      const world = await convergedWorld(fleet);
      const [first, second] = [world.hosts['redis-1'], world.hosts['redis-2']];
      if (!first || !second) throw new Error('there are no such hosts');
      Object.assign(second.fileSystems[0] ?? {}, change);
      for (const one of [first, second])
        Object.assign(one.ovs?.bridges[0]?.ports.find(({ type }) => type === 'gre') ?? {}, { protected: false });
      const simulation = simulate(world);
      const { outcome } = await applyOver(fleet, simulation);
      expect(outcome.result).to.equal('manual');
      expect(simulation.steps.map((step) => ('host' in step ? step.host : 'elsewhere'))).to.deep.equal(['redis-1']);
      const [cause, ...dependents] = outcome.left;
      expect(cause).to.include({ subject: 'host/redis-2', field: 'file system /' });
      expect(cause?.remedy.by).to.equal('manual');
      expect(dependents).to.not.have.lengthOf(0);
      for (const { subject, remedy } of dependents) {
        expect(subject).to.match(/^mesh\/redis-2>/);
        expect(remedy).to.include({ by: 'waiting', cause: 'dependency', dependsOn: 'host/redis-2' });
      }
    });
});
