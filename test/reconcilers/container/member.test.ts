import { expect } from 'chai';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import { absent, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { markers } from '../../../renderers/lib/markers.ts';
import {
  bridgeWith,
  desired,
  facts,
  findingsIn,
  folder,
  host,
  link,
  port,
  remedyText,
  tarball,
  tunnel,
  type World,
} from './world.ts';

const config = '/var/lib/lxc/acme-r1/config';
const hook = '/var/lib/lxc/acme-r1/start-host';
const limits = { ...desired.limits, swap: false, memoryUsedBytes: 50_000_000 };
const withFacts = (change: object): Partial<World> => ({ here: host([{ ...facts, ...change }], [folder]) });
const withFolder = (change: object): Partial<World> => ({ here: host([facts], [{ ...folder, ...change }]) });
const withPort = (change: object): Partial<World> => ({ ovs: bridgeWith([{ ...port, ...change }]) });
const stopped = { state: 'STOPPED', pid: undefined, loaded: undefined, mtu: undefined, limits: undefined };
const nothing = host([], []);

/** Reason, field and present value; what fixes it; then whom it impacts and whom the remedy disrupts. */
function short({ reason, field, have, impacts, remedy }: Finding): string {
  const disrupts = remedy.by === 'action' && remedy.disrupts.length ? ` disrupts ${remedy.disrupts.join()}` : '';
  return `${reason} ${field}: ${have} -> ${remedyText(remedy)}${impacts.length ? ` impacts ${impacts.join()}` : ''}${disrupts}`;
}

const cases: readonly (readonly [why: string, change: Partial<World>, found: readonly string[]])[] = [
  ['as declared', {}, []],
  // Existence.
  ['not created yet', { here: nothing }, ['Missing container: absent -> container-create impacts acme']],
  [
    'the host did not answer: nothing is created',
    { here: unknown('timeout') },
    ['NotObserved container: unknown -> unknown impacts acme'],
  ],
  [
    'LXC is not installed',
    { here: absent },
    ['PackagesMissing container runtime: absent -> dependency host/redis-1@system impacts acme'],
  ],
  [
    'no template image yet',
    { here: nothing, template: present({ tarball, images: [] }) },
    ['Missing container: absent -> dependency container/redis-1@template impacts acme'],
  ],
  [
    'the template could not be observed',
    { here: nothing, template: unknown('timeout') },
    ['NotObserved container: absent -> unknown impacts acme'],
  ],
  [
    'the template is larger than the disk',
    { here: nothing, template: present({ tarball, images: [{ digest: tarball, bytes: 2 ** 40, uid: 1, gid: 1 }] }) },
    ['ContainerTemplateTooLarge container: absent -> manual impacts acme'],
  ],
  [
    'the member moved: its old container has its address and data',
    { here: nothing, others: host([facts], [folder]) },
    ['ContainerOnOtherHost container: absent -> manual impacts acme'],
  ],
  [
    'another host could not be observed, and may hold it',
    { here: nothing, others: unknown('unreachable') },
    ['NotObserved container: absent -> unknown impacts acme'],
  ],
  [
    'a removed host may still run it: this host has the tunnel to it',
    { here: nothing, ovs: bridgeWith([tunnel('redis-2'), tunnel('redis-9')]) },
    ['ContainerOnRemovedHost container: absent -> manual impacts acme'],
  ],
  [
    'the same, and this host is new: another host has the tunnel',
    { here: nothing, otherBridges: bridgeWith([tunnel('redis-1'), tunnel('redis-9')]) },
    ['ContainerOnRemovedHost container: absent -> manual impacts acme'],
  ],
  [
    "another cluster's tunnel is ignored",
    { here: nothing, ovs: bridgeWith([tunnel('redis-9', 'other')]) },
    ['Missing container: absent -> container-create impacts acme'],
  ],
  [
    "another host's bridge could not be observed, and may have such a tunnel",
    { here: nothing, otherBridges: unknown('timeout') },
    ['NotObserved container: absent -> unknown impacts acme'],
  ],
  [
    'a member whose container exists starts, whatever host was removed',
    { ...withFacts(stopped), ovs: bridgeWith([port, tunnel('redis-9')]) },
    ['NotRunning state: STOPPED -> start impacts acme'],
  ],
  [
    'an interrupted creation, or a lost configuration: registered again with its data',
    { here: host([], [folder]) },
    ['ContainerUnregistered container: unregistered -> write-files impacts acme'],
  ],
  [
    'a container without its directory has lost its data',
    { here: host([facts], []) },
    ['ContainerDirectoryMissing directory: absent -> manual impacts acme'],
  ],
  [
    'a directory without its image has lost its data',
    withFolder({ imageBytes: undefined }),
    ['ContainerDiskMissing disk: absent -> manual impacts acme'],
  ],
  // Ownership.
  [
    'a foreign container with the name of a member',
    withFacts({ mark: undefined }),
    ['ForeignOwner owner: none -> manual impacts acme'],
  ],
  [
    "another Cluster's container",
    withFacts({ mark: { ...facts.mark, cluster: 'other' } }),
    ['ContainerOwnerDiffers owner: other/acme/r1 -> manual impacts acme'],
  ],
  [
    'a directory that does not name its owner',
    { here: host([], [{ ...folder, identity: undefined }]) },
    ['ContainerOwnerDiffers owner: unknown -> manual impacts acme'],
  ],
  [
    'another address declared under a member with data',
    withFacts({ mark: { ...facts.mark, address: '10.101.0.99' } }),
    ['ContainerAddressDiffers address: 10.101.0.99 in VLAN 101 -> manual'],
  ],
  // State.
  ['stopped', withFacts(stopped), ['NotRunning state: STOPPED -> start impacts acme']],
  [
    'stopped, and its duplicate runs on another host',
    { ...withFacts(stopped), others: host([facts], []) },
    ['ContainerOnOtherHost state: STOPPED -> manual impacts acme'],
  ],
  [
    'stopped, and its port is foreign',
    { ...withFacts(stopped), ...withPort({ marks: {} }) },
    ['ForeignOwner state: STOPPED -> manual impacts acme'],
  ],
  [
    'stopped, with an old configuration',
    withFacts({ ...stopped, digests: { ...facts.digests, [config]: 'old' } }),
    [`FileDiffers ${config}: different -> write-files`, 'NotRunning state: STOPPED -> settling impacts acme'],
  ],
  [
    'stopped, with too small a disk: started, and grown once it runs',
    { here: host([{ ...facts, ...stopped }], [{ ...folder, imageBytes: 1 }]) },
    ['NotRunning state: STOPPED -> start impacts acme'],
  ],
  [
    'stopped during a resize: started all the same',
    { here: host([{ ...facts, ...stopped }], [{ ...folder, fileSystemBytes: 1 }]) },
    ['NotRunning state: STOPPED -> start impacts acme'],
  ],
  ['stopping', withFacts({ ...stopped, state: 'STOPPING' }), ['NotRunning state: STOPPING -> settling impacts acme']],
  ['frozen', withFacts({ state: 'FROZEN' }), ['ContainerFrozen state: FROZEN -> manual impacts acme']],
  [
    'its configuration cannot be read by LXC',
    withFacts({ ...stopped, state: '' }),
    ['ContainerUnreadable state: unreadable -> manual impacts acme'],
  ],
  // Files, and what is loaded.
  [
    'a changed configuration: written, and nobody is disrupted',
    withFacts({ digests: { ...facts.digests, [config]: 'old' } }),
    [`FileDiffers ${config}: different -> write-files`],
  ],
  [
    'a hook without its x-bit: noticed before the next start',
    withFacts({ modes: { ...facts.modes, [hook]: '644' } }),
    [`FileDiffers ${hook}: different -> write-files`],
  ],
  [
    'it runs with another configuration than the file has',
    withFacts({ loaded: 'b'.repeat(64) }),
    ['NotLoaded configuration loaded: bbbbbbbbbbbb -> restart disrupts acme'],
  ],
  [
    'the loaded configuration is unknown',
    withFacts({ loaded: undefined }),
    ['NotLoaded configuration loaded: unknown -> info'],
  ],
  [
    'the loaded configuration is unknown, but its MTU shows that it was another',
    withFacts({ loaded: undefined, mtu: 1454 }),
    ['ContainerMtuDiffers eth0 mtu: 1454 -> restart disrupts acme', 'NotLoaded configuration loaded: unknown -> info'],
  ],
  ['its MTU set by hand', withFacts({ mtu: 1500 }), ['ContainerMtuDiffers eth0 mtu: 1500 -> restart disrupts acme']],
  ['its MTU not observed', withFacts({ mtu: undefined }), ['NotObserved eth0 mtu: unknown -> unknown']],
  [
    'another PID 1',
    withFolder({ init: 'old' }),
    ['FileDiffers /var/lib/ec2-redis-operator/members/acme-r1/conf/init: different -> write-files'],
  ],
  [
    'created from an older template',
    withFolder({ identity: { ...folder.identity, template: 'c'.repeat(64) } }),
    ['ContainerTemplateDiffers template: cccccccccccc -> container-rebuild disrupts acme'],
  ],
  // Limits.
  [
    'limits removed by hand',
    withFacts({
      limits: { ...limits, memoryBytes: Number.POSITIVE_INFINITY, cpuMillicores: Number.POSITIVE_INFINITY },
    }),
    [
      'ContainerLimitDiffers memory limit: none -> container-limits',
      'ContainerLimitDiffers CPU limit: none -> container-limits',
    ],
  ],
  [
    'swap allowed',
    withFacts({ limits: { ...limits, swap: true } }),
    ['ContainerLimitDiffers swap: on -> container-limits'],
  ],
  [
    'a limit below what is in use would kill Redis',
    withFacts({ limits: { ...limits, memoryBytes: 2 ** 30, memoryUsedBytes: 2 ** 29 } }),
    [`ContainerLimitBelowUsage memory limit: ${2 ** 30} -> manual`],
  ],
  [
    'a limit below what is in use: not written either, or the next boot would kill Redis',
    withFacts({
      digests: { ...facts.digests, [config]: 'old', [hook]: 'old' },
      limits: { ...limits, memoryBytes: 2 ** 30, memoryUsedBytes: 2 ** 29 },
    }),
    [
      `FileDiffers ${hook}: different -> write-files`,
      `ContainerLimitBelowUsage ${config}: different -> manual`,
      `ContainerLimitBelowUsage memory limit: ${2 ** 30} -> manual`,
    ],
  ],
  ['limits not observed', withFacts({ limits: undefined }), ['NotObserved limits: unknown -> unknown']],
  [
    'a larger disk declared',
    withFolder({ imageBytes: 2 ** 29 }),
    [`ContainerDiskTooSmall disk: ${2 ** 29} -> container-grow`],
  ],
  [
    'a resize was interrupted',
    withFolder({ fileSystemBytes: 2 ** 29 }),
    [`ContainerDiskTooSmall file system: ${2 ** 29} -> container-grow`],
  ],
  [
    'a disk never shrinks',
    withFolder({ imageBytes: 2 ** 31, fileSystemBytes: 2 ** 31 }),
    [`ContainerDiskTooLarge disk: ${2 ** 31} -> manual`],
  ],
  [
    'a larger disk, with a file system that could not be read',
    withFolder({ imageBytes: 2 ** 31, fileSystemBytes: undefined }),
    [`ContainerDiskTooLarge disk: ${2 ** 31} -> manual`],
  ],
  [
    'the image was grown and its file system was not, and the old document is back',
    withFolder({ imageBytes: 2 ** 31 }),
    [],
  ],
  [
    'the image was grown and its file system was not, and a document between the two is declared',
    withFolder({ imageBytes: 2 ** 31, fileSystemBytes: 2 ** 29 }),
    [`ContainerDiskTooSmall file system: ${2 ** 29} -> container-grow`],
  ],
  // Port.
  [
    'its port is missing',
    { ovs: bridgeWith([]) },
    ['ContainerPortMissing Port ct101: absent -> container-attach impacts acme'],
  ],
  [
    'black-holed: another veth was attached',
    withPort({ marks: { ...port.marks, [markers.ovsIndex]: '3' } }),
    ['ContainerPortStale Port ct101 ifindex: 3 -> container-attach impacts acme'],
  ],
  [
    'in the wrong VLAN',
    withPort({ tag: 102 }),
    ['ContainerPortDiffers Port ct101 tag: 102 -> ovs-transaction impacts acme'],
  ],
  [
    'on another managed bridge',
    { ovs: bridgeWith([port], 'br-old') },
    ['ContainerPortMissing Port ct101 bridge: br-old -> container-attach impacts acme'],
  ],
  [
    'in error',
    withPort({ error: 'could not open' }),
    ['ContainerPortFailed Port ct101 error: could not open -> container-attach impacts acme'],
  ],
  [
    'no ofport could be assigned',
    withPort({ ofport: -1 }),
    ['ContainerPortFailed Port ct101 ofport: -1 -> container-attach impacts acme'],
  ],
  [
    'no ofport assigned yet',
    withPort({ ofport: undefined }),
    ['ContainerPortPending Port ct101 ofport: none -> settling impacts acme'],
  ],
  ['a foreign port', withPort({ marks: {} }), ['ForeignOwner Port ct101 owner: none -> manual impacts acme']],
  [
    'its veth is missing',
    { links: present([]) },
    ['ContainerDeviceMissing device ct101: absent -> restart impacts acme disrupts acme'],
  ],
  [
    'its veth is down',
    { links: present([{ ...link, up: false }]) },
    ['ContainerDeviceDiffers device ct101 state: down -> link-up impacts acme'],
  ],
  [
    'its device has a smaller MTU than declared',
    { links: present([{ ...link, mtu: 1454 }]) },
    ['ContainerDeviceDiffers device ct101 mtu: 1454 -> link-up impacts acme'],
  ],
  [
    'a smaller MTU is declared than it runs with: its device keeps its own until the restart',
    { ...withFacts({ mtu: 9500 }), links: present([{ ...link, mtu: 9500 }]) },
    ['ContainerMtuDiffers eth0 mtu: 9500 -> restart disrupts acme'],
  ],
  [
    'the same, and it is not known what it runs with',
    { ...withFacts({ mtu: undefined }), links: present([{ ...link, mtu: 9500 }]) },
    ['NotObserved eth0 mtu: unknown -> unknown'],
  ],
  [
    'Open vSwitch could not be observed',
    { ovs: unknown('timeout') },
    ['NotObserved Port ct101: unknown -> unknown impacts acme'],
  ],
];

describe('container of a member', () => {
  for (const [why, change, found] of cases)
    it(why, () => {
      expect(findingsIn('container/acme-r1', change).map(short)).to.deep.equal(found);
    });

  it('restarts for the loaded configuration only while that differs, and for any other reason unconditionally', () => {
    const boots = (change: Partial<World>) =>
      findingsIn('container/acme-r1', change).flatMap(({ remedy }) =>
        remedy.by === 'action' ? remedy.actions.map((one) => ('boot' in one ? one.boot : 'any')) : [],
      );
    expect(boots(withFacts({ loaded: 'b'.repeat(64) }))).to.deep.equal([facts.loaded]);
    expect(boots(withFacts({ loaded: 'b'.repeat(64), mtu: 1454 }))).to.deep.equal([facts.loaded, facts.loaded]);
    expect(boots(withFacts({ mtu: 1500 }))).to.deep.equal(['any']);
    expect(boots({ links: present([]) })).to.deep.equal(['any']);
  });

  it('corrects a wrong tag on the existing port, without deleting it', () => {
    const [finding] = findingsIn('container/acme-r1', withPort({ tag: 102 }));
    expect(finding?.remedy).to.deep.include({ by: 'action', disrupts: [] });
    expect(JSON.stringify(finding?.remedy)).to.include('"op":"access"').and.not.include('drop-port');
  });
});
