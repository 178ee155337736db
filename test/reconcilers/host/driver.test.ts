import { expect } from 'chai';
import type { Fleet, Preparation } from '../../../crds/fleet.ts';
import { host } from '../../../reconcilers/host/host.ts';
import type { Instance } from '../../../reconcilers/inventory.ts';
import { type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import type { Ask } from '../../../reconcilers/questions/index.ts';
import type { CardFacts } from '../../../reconcilers/questions/system/card.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { keyOfAction } from '../../../reconcilers/verbs/index.ts';
import { instanceLike } from '../../support/account.ts';
import { fleetOf, plainFleet } from '../../support/fleets.ts';

const kernel = '2.6.32-042stab145.3';
/** A CentOS host as its image has it, before SR-IOV. */
const before: CardFacts = { driver: 'vif', kernel, modules: ['ixgbevf'], initramfs: [] };
const centos = { id: 'centos', version: '6.10', name: '' };
const debian = { id: 'debian', version: '12', name: '' };
const declared = fleetOf({ ...plainFleet, adopt: 'create', sriov: true });

interface Case {
  readonly why: string;
  readonly card: Partial<CardFacts>;
  readonly found: readonly string[];
  readonly want?: 'ena' | 'none';
  readonly on?: true;
  readonly release?: typeof centos;
  readonly mode?: Preparation['mode'];
}

const cases: readonly Case[] = [
  { why: 'in the initramfs: ready', card: { initramfs: ['ixgbevf'] }, found: [] },
  {
    why: 'not in the initramfs: put there',
    card: {},
    found: [`driver ixgbevf: not there: initramfs-driver ${kernel} ixgbevf`],
  },
  { why: 'not in the initramfs, mode check', card: {}, mode: 'check', found: ['driver ixgbevf: not there: operator'] },
  { why: 'an initramfs that nobody can list', card: { initramfs: undefined }, found: [] },
  { why: 'Debian: udev loads it from the root file system', card: {}, release: debian, found: [] },
  { why: 'no such module', card: { modules: [] }, found: ['driver ixgbevf: no such module: operator'] },
  {
    why: 'no such module, Debian',
    card: { modules: [] },
    release: debian,
    found: ['driver ixgbevf: no such module: operator'],
  },
  { why: 'a kernel without a folder of modules', card: { modules: undefined, initramfs: undefined }, found: [] },
  { why: 'on, and in use', card: { driver: 'ixgbevf', initramfs: undefined }, on: true, found: [] },
  {
    why: 'on, and Xen’s in use',
    card: { driver: 'vif' },
    on: true,
    found: ['driver of the network card: vif: operator'],
  },
  {
    why: 'on, and the next kernel lacks it',
    card: { driver: 'ixgbevf', modules: [] },
    on: true,
    found: ['driver ixgbevf: no such module: operator'],
  },
  { why: 'on, with a device of the lab', card: { driver: 'veth' }, on: true, found: [] },
  { why: 'on, and ethtool says nothing', card: { driver: undefined }, on: true, found: [] },
  { why: 'ENA, in use', card: { driver: 'ena', modules: ['ena'] }, want: 'ena', on: true, found: [] },
  {
    why: 'ENA wanted, and the other one in use',
    card: { driver: 'ixgbevf', modules: ['ena'] },
    want: 'ena',
    on: true,
    found: ['driver of the network card: ixgbevf: operator'],
  },
  {
    why: 'ENA, and the next kernel lacks it',
    card: { driver: 'ena', modules: [] },
    want: 'ena',
    on: true,
    found: ['driver ena: no such module: operator'],
  },
  {
    why: 'ENA needs no initramfs of its own',
    card: { modules: ['ena'], initramfs: undefined },
    want: 'ena',
    found: [],
  },
  { why: 'no card asked for', card: { modules: [] }, want: 'none', found: [] },
];

function fleetFor({ want, mode = 'install' }: Pick<Case, 'want' | 'mode'>): Fleet {
  const { cluster } = declared;
  const hosts = cluster.hosts.map((one) => ({
    ...one,
    origin: { create: { ...('create' in one.origin && one.origin.create), ...(want && { enhancedNetworking: want }) } },
  })) as unknown as Fleet['cluster']['hosts'];
  return { ...declared, cluster: { ...cluster, hosts, preparation: { ...cluster.preparation, mode } } };
}

function partOf(one: Pick<Case, 'want' | 'mode' | 'on'>) {
  const instance: Instance = instanceLike({ instanceId: 'i-1', sriov: one.on ?? false, ena: one.on ?? false });
  const items = host.items(fleetFor(one), new Map([['redis-1', present(instance)]]));
  return items.find(({ subject }) => subject === 'host/redis-1@driver');
}

function drift(one: Pick<Case, 'want' | 'mode' | 'on'>, answer: Observation<unknown>) {
  return partOf(one)?.diff(((ask: Ask) => (ask.what === 'system' ? answer : present([]))) as Seen) ?? [];
}

describe('host: the driver of its network card', () => {
  for (const one of cases)
    it(one.why, () => {
      const found = drift(one, present({ release: one.release ?? centos, card: { ...before, ...one.card } }));
      const told = found.map(({ field, have, hurts, remedy }) => {
        expect(hurts).to.deep.equal([]);
        if (remedy.by !== 'action') return `${field}: ${have}: ${remedy.by}`;
        const [action] = remedy.actions.map((step) => JSON.parse(keyOfAction(step)));
        return `${field}: ${have}: ${action.verb} ${action.kernel} ${action.driver}`;
      });
      expect(told).to.deep.equal(one.found);
    });

  it('says what a person has to do', () => {
    const [off] = drift({}, present({ release: centos, card: { ...before, modules: [] } }));
    expect(off?.remedy).to.have.property(
      'reason',
      `with that card redis-1 would come up without network, for good, so it is not turned on: install a kernel that has ixgbevf, or build it for this one and run depmod ${kernel}; or declare enhancedNetworking: none`,
    );
    const [on] = drift({ on: true }, present({ release: centos, card: before }));
    expect(on?.remedy)
      .to.have.property('reason')
      .that.matches(/^redis-1 serves, .* or declare enhancedNetworking: none$/);
    const [next] = drift(
      { on: true },
      present({ release: centos, card: { ...before, driver: 'ixgbevf', modules: [] } }),
    );
    expect(next?.remedy).to.have.property(
      'reason',
      `redis-1 would come up without network at its next boot: before that, install a kernel that has ixgbevf, or build it for this one and run depmod ${kernel}`,
    );
  });

  it('unseen, it holds up the stop for SR-IOV, and nothing once that is on', () => {
    expect(drift({}, unknown('timeout')).map(({ remedy }) => remedy.by)).to.deep.equal(['blind']);
    expect(drift({ on: true }, unknown('timeout'))).to.deep.equal([]);
  });

  it('the initramfs is looked into only as long as SR-IOV is off', () => {
    const asked = (one: Parameters<typeof partOf>[0]) =>
      partOf(one)?.asks.flatMap((ask) => (ask.what === 'system' ? [[ask.drivers, ask.initramfs]] : []));
    expect(asked({})).to.deep.equal([[['ixgbevf'], true]]);
    expect(asked({ on: true })).to.deep.equal([[['ixgbevf'], false]]);
    expect(asked({ want: 'ena' })).to.deep.equal([[['ena'], false]]);
  });
});
