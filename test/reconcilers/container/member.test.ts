import { expect } from 'chai';
import type { Drift } from '../../../reconcilers/drift.ts';
import { marks } from '../../../reconcilers/marks.ts';
import { absent, present, unknown } from '../../../reconcilers/observation.ts';
import { bridgeWith, desired, driftOf, facts, folder, host, link, port, tarball, tunnel, type World } from './world.ts';

const config = '/var/lib/lxc/acme-r1/config';
const hook = '/var/lib/lxc/acme-r1/start-host';
const limits = { ...desired.limits, swap: false, memoryUsedBytes: 50_000_000 };
const withFacts = (change: object): Partial<World> => ({ here: host([{ ...facts, ...change }], [folder]) });
const withFolder = (change: object): Partial<World> => ({ here: host([facts], [{ ...folder, ...change }]) });
const withPort = (change: object): Partial<World> => ({ ovs: bridgeWith([{ ...port, ...change }]) });
const stopped = { state: 'STOPPED', pid: undefined, loaded: undefined, mtu: undefined, limits: undefined };
const nothing = host([], []);

/** What is done about it: the verbs, or how it is left; then whom it hurts and whom the remedy disrupts. */
function short({ field, have, hurts, remedy }: Drift): string {
  const done =
    remedy.by === 'action' ? remedy.actions.map((one) => ('order' in one ? one.order : one.verb)).join() : remedy.by;
  const disrupts = remedy.by === 'action' && remedy.disrupts.length ? ` disrupts ${remedy.disrupts.join()}` : '';
  return `${field}: ${have} -> ${done}${hurts.length ? ` hurts ${hurts.join()}` : ''}${disrupts}`;
}

const cases: readonly (readonly [why: string, change: Partial<World>, found: readonly string[]])[] = [
  ['in order', {}, []],
  // Existence.
  ['not made yet', { here: nothing }, ['container: not there -> container-create hurts acme']],
  [
    'the host did not answer: nothing is made',
    { here: unknown('timeout') },
    ['container: could not be seen -> blind hurts acme'],
  ],
  ['LXC is not installed', { here: absent }, ['container runtime: not installed -> waiting hurts acme']],
  [
    'no template image yet',
    { here: nothing, template: present({ tarball, images: [] }) },
    ['container: not there -> waiting hurts acme'],
  ],
  [
    'the template could not be seen',
    { here: nothing, template: unknown('timeout') },
    ['container: not there -> blind hurts acme'],
  ],
  [
    'the template is larger than the disk',
    { here: nothing, template: present({ tarball, images: [{ digest: tarball, bytes: 2 ** 40, uid: 1, gid: 1 }] }) },
    ['container: not there -> operator hurts acme'],
  ],
  [
    'the member moved: its old container has its address and data',
    { here: nothing, others: host([facts], [folder]) },
    ['container: not there -> operator hurts acme'],
  ],
  [
    'another host could not be seen, and may hold it',
    { here: nothing, others: unknown('unreachable') },
    ['container: not there -> blind hurts acme'],
  ],
  [
    'a host that left the documents may still run it: here is the tunnel to it',
    { here: nothing, ovs: bridgeWith([tunnel('redis-2'), tunnel('redis-9')]) },
    ['container: not there -> operator hurts acme'],
  ],
  [
    'the same, and this host is new: another has the tunnel',
    { here: nothing, otherSwitches: bridgeWith([tunnel('redis-1'), tunnel('redis-9')]) },
    ['container: not there -> operator hurts acme'],
  ],
  [
    "another cluster's tunnel says nothing",
    { here: nothing, ovs: bridgeWith([tunnel('redis-9', 'other')]) },
    ['container: not there -> container-create hurts acme'],
  ],
  [
    "another host's bridge could not be seen, and may show such a tunnel",
    { here: nothing, otherSwitches: unknown('timeout') },
    ['container: not there -> blind hurts acme'],
  ],
  [
    'a member that is here already starts, whoever left',
    { ...withFacts(stopped), ovs: bridgeWith([port, tunnel('redis-9')]) },
    ['state: STOPPED -> start hurts acme'],
  ],
  [
    'a creation that was killed, or a lost configuration: the data is taken up again',
    { here: host([], [folder]) },
    ['container: its folder is there, LXC does not know it -> write-files hurts acme'],
  ],
  [
    'a container without its folder has lost data',
    { here: host([facts], []) },
    ['folder: not there -> operator hurts acme'],
  ],
  [
    'a folder without its image has lost data',
    withFolder({ imageBytes: undefined }),
    ['disk: no image -> operator hurts acme'],
  ],
  // Ownership.
  [
    'a foreign container under our name',
    withFacts({ mark: undefined }),
    ['owner: nobody we know -> operator hurts acme'],
  ],
  [
    "another Cluster's container",
    withFacts({ mark: { ...facts.mark, cluster: 'other' } }),
    ['owner: other/acme/r1 -> operator hurts acme'],
  ],
  [
    'a folder that does not say whose it is',
    { here: host([], [{ ...folder, identity: undefined }]) },
    ['owner: a folder without identity -> operator hurts acme'],
  ],
  [
    'another address declared under a member with data',
    withFacts({ mark: { ...facts.mark, address: '10.101.0.99' } }),
    ['address: 10.101.0.99 in VLAN 101 -> operator'],
  ],
  // State.
  ['stopped', withFacts(stopped), ['state: STOPPED -> start hurts acme']],
  [
    'stopped, and the same runs elsewhere',
    { ...withFacts(stopped), others: host([facts], []) },
    ['state: STOPPED -> operator hurts acme'],
  ],
  [
    "stopped, and its port is another's",
    { ...withFacts(stopped), ...withPort({ marks: {} }) },
    ['state: STOPPED -> operator hurts acme'],
  ],
  [
    'stopped, with an old configuration',
    withFacts({ ...stopped, digests: { ...facts.digests, [config]: 'old' } }),
    [`${config}: different -> write-files`, 'state: STOPPED -> waiting hurts acme'],
  ],
  [
    'stopped, with too small a disk: started, and grown when it runs',
    { here: host([{ ...facts, ...stopped }], [{ ...folder, imageBytes: 1 }]) },
    ['state: STOPPED -> start hurts acme'],
  ],
  [
    'stopped in the middle of a growth: started all the same',
    { here: host([{ ...facts, ...stopped }], [{ ...folder, fileSystemBytes: 1 }]) },
    ['state: STOPPED -> start hurts acme'],
  ],
  ['stopping', withFacts({ ...stopped, state: 'STOPPING' }), ['state: STOPPING -> waiting hurts acme']],
  ['frozen', withFacts({ state: 'FROZEN' }), ['state: FROZEN -> operator hurts acme']],
  ['not readable to LXC', withFacts({ ...stopped, state: '' }), ['state: not known to LXC -> operator hurts acme']],
  // Files, and what is loaded.
  [
    'a changed configuration: written, and nobody is disrupted',
    withFacts({ digests: { ...facts.digests, [config]: 'old' } }),
    [`${config}: different -> write-files`],
  ],
  [
    'a hook without its x-bit: seen before the next start',
    withFacts({ modes: { ...facts.modes, [hook]: '644' } }),
    [`${hook}: different -> write-files`],
  ],
  [
    'it runs with another configuration than the file says',
    withFacts({ loaded: 'b'.repeat(64) }),
    ['configuration loaded: bbbbbbbbbbbb -> restart disrupts acme'],
  ],
  ['what it loaded is not known', withFacts({ loaded: undefined }), ['configuration loaded: not known -> notice']],
  [
    'what it loaded is not known, but its MTU shows that it was another',
    withFacts({ loaded: undefined, mtu: 1454 }),
    ['eth0 mtu: 1454 -> restart disrupts acme', 'configuration loaded: not known -> notice'],
  ],
  ['its MTU set by hand', withFacts({ mtu: 1500 }), ['eth0 mtu: 1500 -> restart disrupts acme']],
  ['its MTU not seen', withFacts({ mtu: undefined }), ['eth0 mtu: could not be seen -> blind']],
  [
    'another PID 1',
    withFolder({ init: 'old' }),
    ['/var/lib/ec2-redis-operator/members/acme-r1/conf/init: different -> write-files'],
  ],
  [
    'made from an older template',
    withFolder({ identity: { ...folder.identity, template: 'c'.repeat(64) } }),
    ['template: cccccccccccc -> notice'],
  ],
  // Limits.
  [
    'limits lifted by hand',
    withFacts({
      limits: { ...limits, memoryBytes: Number.POSITIVE_INFINITY, cpuMillicores: Number.POSITIVE_INFINITY },
    }),
    ['memory limit: none -> container-limits', 'CPU limit: none -> container-limits'],
  ],
  ['swap allowed', withFacts({ limits: { ...limits, swap: true } }), ['swap: on -> container-limits']],
  [
    'a lower limit than what is in use would kill Redis',
    withFacts({ limits: { ...limits, memoryBytes: 2 ** 30, memoryUsedBytes: 2 ** 29 } }),
    [`memory limit: ${2 ** 30} -> operator`],
  ],
  [
    'a lower limit than what is in use: not written either, or the next boot would kill Redis',
    withFacts({
      digests: { ...facts.digests, [config]: 'old', [hook]: 'old' },
      limits: { ...limits, memoryBytes: 2 ** 30, memoryUsedBytes: 2 ** 29 },
    }),
    [
      `${hook}: different -> write-files`,
      `${config}: different; left as it is -> operator`,
      `memory limit: ${2 ** 30} -> operator`,
    ],
  ],
  ['limits not read', withFacts({ limits: undefined }), ['limits: could not be seen -> blind']],
  ['a larger disk declared', withFolder({ imageBytes: 2 ** 29 }), [`disk: ${2 ** 29} -> container-grow`]],
  ['growing was cut short', withFolder({ fileSystemBytes: 2 ** 29 }), [`file system: ${2 ** 29} -> container-grow`]],
  ['a disk never shrinks', withFolder({ imageBytes: 2 ** 31 }), [`disk: ${2 ** 31} -> operator`]],
  // Port.
  ['its port is gone', { ovs: bridgeWith([]) }, ['Port ct101: not there -> container-attach hurts acme']],
  [
    'black-holed: another veth was attached',
    withPort({ marks: { ...port.marks, [marks.ovsIndex]: '3' } }),
    ['Port ct101 ifindex: 3 -> container-attach hurts acme'],
  ],
  ['in the wrong VLAN', withPort({ tag: 102 }), ['Port ct101 tag: 102 -> ovs-transaction hurts acme']],
  [
    'on another bridge, ours',
    { ovs: bridgeWith([port], 'br-old') },
    ['Port ct101: on br-old -> container-attach hurts acme'],
  ],
  [
    'in error',
    withPort({ error: 'could not open' }),
    ['Port ct101 error: could not open -> container-attach hurts acme'],
  ],
  ['not realised', withPort({ ofport: -1 }), ['Port ct101 ofport: -1 -> container-attach hurts acme']],
  ['not realised yet', withPort({ ofport: undefined }), ['Port ct101 ofport: none yet -> waiting hurts acme']],
  ['a foreign port', withPort({ marks: {} }), ['Port ct101 owner: another -> operator hurts acme']],
  ['its veth is gone', { links: present([]) }, ['device ct101: not there -> restart hurts acme disrupts acme']],
  [
    'its veth is down',
    { links: present([{ ...link, up: false }]) },
    ['device ct101 state: down -> link-up hurts acme'],
  ],
  [
    'Open vSwitch could not be seen',
    { ovs: unknown('timeout') },
    ['Port ct101: could not be seen -> blind hurts acme'],
  ],
];

describe('container of a member', () => {
  for (const [why, change, found] of cases)
    it(why, () => {
      expect(driftOf('container/acme-r1', change).map(short)).to.deep.equal(found);
    });

  it('restarts for what is loaded only while it is not, and for anything else in any case', () => {
    const boots = (change: Partial<World>) =>
      driftOf('container/acme-r1', change).flatMap(({ remedy }) =>
        remedy.by === 'action' ? remedy.actions.map((one) => ('boot' in one ? one.boot : 'any')) : [],
      );
    expect(boots(withFacts({ loaded: 'b'.repeat(64) }))).to.deep.equal([facts.loaded]);
    expect(boots(withFacts({ loaded: 'b'.repeat(64), mtu: 1454 }))).to.deep.equal([facts.loaded, facts.loaded]);
    expect(boots(withFacts({ mtu: 1500 }))).to.deep.equal(['any']);
    expect(boots({ links: present([]) })).to.deep.equal(['any']);
  });

  it('sets a wrong tag on the port as it is, without taking it out', () => {
    const [drift] = driftOf('container/acme-r1', withPort({ tag: 102 }));
    expect(drift?.remedy).to.deep.include({ by: 'action', disrupts: [] });
    expect(JSON.stringify(drift?.remedy)).to.include('"op":"access"').and.not.include('drop-port');
  });
});
