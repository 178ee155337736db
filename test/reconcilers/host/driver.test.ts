import { expect } from 'chai';
import type { Fleet, Preparation } from '../../../crds/fleet.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Instance } from '../../../reconcilers/facts/ec2/instance.ts';
import type { NicFacts } from '../../../reconcilers/facts/host/system/nic.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { host } from '../../../reconcilers/host/index.ts';
import { actionKey } from '../../../reconcilers/operations/actions.ts';
import { instanceLike } from '../../../simulation/scenarios/account.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const kernel = '2.6.32-042stab145.3';
/** A CentOS host as in its image, before SR-IOV. */
const before: NicFacts = { driver: 'vif', kernel, modules: ['ixgbevf'], initramfs: [] };
const centos = { id: 'centos', version: '6.10', name: '' };
const debian = { id: 'debian', version: '12', name: '' };
const declared = fleetOf({ ...plainFleet, adopt: 'create', sriov: true });

interface Case {
  readonly why: string;
  readonly nic: Partial<NicFacts>;
  readonly found: readonly string[];
  readonly want?: 'ena' | 'none';
  readonly enabled?: true;
  readonly release?: typeof centos;
  readonly mode?: Preparation['mode'];
}

const cases: readonly Case[] = [
  { why: 'in the initramfs: ready', nic: { initramfs: ['ixgbevf'] }, found: [] },
  {
    why: 'not in the initramfs: added',
    nic: {},
    found: [`DriverNotInInitramfs driver ixgbevf: initramfs-driver ${kernel} ixgbevf`],
  },
  {
    why: 'not in the initramfs, mode check',
    nic: {},
    mode: 'check',
    found: ['DriverNotInInitramfs driver ixgbevf: manual'],
  },
  { why: 'an initramfs that cannot be listed', nic: { initramfs: undefined }, found: [] },
  { why: 'Debian: udev loads it from the root file system', nic: {}, release: debian, found: [] },
  { why: 'no such module', nic: { modules: [] }, found: ['DriverMissing driver ixgbevf: manual'] },
  {
    why: 'no such module, Debian',
    nic: { modules: [] },
    release: debian,
    found: ['DriverMissing driver ixgbevf: manual'],
  },
  { why: 'a kernel without a modules directory', nic: { modules: undefined, initramfs: undefined }, found: [] },
  { why: 'enabled and in use', nic: { driver: 'ixgbevf', initramfs: undefined }, enabled: true, found: [] },
  {
    why: 'enabled, but Xen’s driver is in use',
    nic: { driver: 'vif' },
    enabled: true,
    found: ['DriverDiffers network driver: manual'],
  },
  {
    why: 'enabled, but the next kernel lacks it',
    nic: { driver: 'ixgbevf', modules: [] },
    enabled: true,
    found: ['DriverMissing driver ixgbevf: manual'],
  },
  { why: 'enabled, with a device of the lab', nic: { driver: 'veth' }, enabled: true, found: [] },
  { why: 'enabled, and ethtool reports nothing', nic: { driver: undefined }, enabled: true, found: [] },
  { why: 'ENA in use', nic: { driver: 'ena', modules: ['ena'] }, want: 'ena', enabled: true, found: [] },
  {
    why: 'ENA declared, but the other driver is in use',
    nic: { driver: 'ixgbevf', modules: ['ena'] },
    want: 'ena',
    enabled: true,
    found: ['DriverDiffers network driver: manual'],
  },
  {
    why: 'ENA, but the next kernel lacks it',
    nic: { driver: 'ena', modules: [] },
    want: 'ena',
    enabled: true,
    found: ['DriverMissing driver ena: manual'],
  },
  {
    why: 'ENA does not have to be in the initramfs',
    nic: { modules: ['ena'], initramfs: undefined },
    want: 'ena',
    found: [],
  },
  { why: 'no enhanced networking declared', nic: { modules: [] }, want: 'none', found: [] },
];

function fleetFor({ want, mode = 'install' }: Pick<Case, 'want' | 'mode'>): Fleet {
  const { cluster } = declared;
  const hosts = cluster.hosts.map((one) => ({
    ...one,
    origin: { create: { ...('create' in one.origin && one.origin.create), ...(want && { enhancedNetworking: want }) } },
  })) as unknown as Fleet['cluster']['hosts'];
  return { ...declared, cluster: { ...cluster, hosts, preparation: { ...cluster.preparation, mode } } };
}

function partOf(one: Pick<Case, 'want' | 'mode' | 'enabled'>) {
  const instance: Instance = instanceLike({
    instanceId: 'i-1',
    sriov: one.enabled ?? false,
    ena: one.enabled ?? false,
  });
  const items = host.items(fleetFor(one), new Map([['redis-1', present(instance)]]));
  return items.find(({ subject }) => subject === 'host/redis-1@driver');
}

function findingsOf(one: Pick<Case, 'want' | 'mode' | 'enabled'>, answer: Observation<unknown>) {
  return (
    partOf(one)?.diff(((request: FactRequest) => (request.fact === 'system' ? answer : present([]))) as FactLookup) ??
    []
  );
}

describe('host: the driver of its network interface', () => {
  for (const one of cases)
    it(one.why, () => {
      const found = findingsOf(one, present({ release: one.release ?? centos, nic: { ...before, ...one.nic } }));
      const summary = found.map(({ reason, field, impacts, remedy }) => {
        expect(impacts).to.deep.equal([]);
        if (remedy.by !== 'action') return `${reason} ${field}: ${remedy.by}`;
        const [action] = remedy.actions.map((step) => JSON.parse(actionKey(step)));
        return `${reason} ${field}: ${action.operation} ${action.kernel} ${action.driver}`;
      });
      expect(summary).to.deep.equal(one.found);
    });

  it('says how to fix it: before the interface is enabled, and after', () => {
    const [off] = findingsOf({}, present({ release: centos, nic: { ...before, modules: [] } }));
    expect(off?.remedy).to.have.property(
      'message',
      `with that network interface redis-1 would come up without network for good, so it is not enabled: install a kernel that has ixgbevf, or build it for this one and run depmod ${kernel}; or declare enhancedNetworking: none`,
    );
    const [on] = findingsOf({ enabled: true }, present({ release: centos, nic: before }));
    expect(on?.remedy)
      .to.have.property('message')
      .that.matches(/^redis-1 works, .* or declare enhancedNetworking: none$/);
    const [next] = findingsOf(
      { enabled: true },
      present({ release: centos, nic: { ...before, driver: 'ixgbevf', modules: [] } }),
    );
    expect(next?.remedy).to.have.property(
      'message',
      `redis-1 would come up without network at its next boot; before that, install a kernel that has ixgbevf, or build it for this one and run depmod ${kernel}`,
    );
  });

  it('unknown, it blocks the stop for SR-IOV, and nothing once that is enabled', () => {
    expect(findingsOf({}, unknown('timeout')).map(({ remedy }) => remedy.by)).to.deep.equal(['unknown']);
    expect(findingsOf({ enabled: true }, unknown('timeout'))).to.deep.equal([]);
  });

  it('the initramfs is examined only while SR-IOV is off', () => {
    const requested = (one: Parameters<typeof partOf>[0]) =>
      partOf(one)?.requests.flatMap((request) =>
        request.fact === 'system' ? [[request.drivers, request.initramfs]] : [],
      );
    expect(requested({})).to.deep.equal([[['ixgbevf'], true]]);
    expect(requested({ enabled: true })).to.deep.equal([[['ixgbevf'], false]]);
    expect(requested({ want: 'ena' })).to.deep.equal([[['ena'], false]]);
  });
});
