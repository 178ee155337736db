import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { Haproxy } from '../../../reconcilers/facts/haproxy/haproxy.ts';
import type { FileFacts } from '../../../reconcilers/facts/host/files.ts';
import type { Link } from '../../../reconcilers/facts/host/links.ts';
import type { Keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { type AddressStep, addressStep } from '../../../reconcilers/mesh/address-turn.ts';
import { desiredMesh } from '../../../reconcilers/mesh/desired.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { meshPort } from '../../../renderers/ovs/mesh-boot.ts';
import { instanceLike } from '../../../simulation/scenarios/account.ts';
import { quickstart } from '../../support/quickstart.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets as [Fleet];

/** What a proxy has of the network 10.101.0.0/24. `boots`: by its boot file. `from`: HAProxy connects from it; null: not known. */
interface Side {
  readonly has: readonly number[];
  readonly boots?: number;
  readonly from?: number | null;
  readonly vrrp?: 'MASTER' | 'BACKUP' | 'unknown';
  readonly written?: boolean;
}

interface Peer extends Pick<Side, 'has' | 'boots' | 'vrrp'> {
  readonly state?: 'hidden' | 'stopped' | 'terminated';
}

/** 1.25 is the address .1 with the prefix /25; otherwise it is /24. */
const address = (n: number) => `10.101.0.${Math.floor(n)}/${n % 1 ? 25 : 24}`;

/** The step of proxy-1, which is to have .1 while proxy-2 is to have .2. */
function stepOf(own: Side, peer: Peer): AddressStep {
  const state = peer.state === 'stopped' || peer.state === 'terminated' ? peer.state : 'running';
  const inventory = new Map([['proxy-2', present(instanceLike({ instanceId: 'i-2', state }))]]);
  const desired = desiredMesh(fleet, inventory).find(({ host }) => host === 'proxy-1');
  const port = desired?.ports.find(({ tenant }) => tenant === 'acme');
  if (!desired || !port) throw new Error('no port');
  const seen = <T>(value: T): Observation<T> => (peer.state ? unknown('timeout') : present(value));
  const files = (n: number | undefined): readonly FileFacts[] => {
    const sha256 = n === undefined ? '' : digest(meshPort({ ...port, address: address(n) }));
    const path = '/etc/ec2-redis-operator/mesh/tn101.port';
    return n === undefined ? [] : [{ path, mode: '644', owner: 'root', sha256 }];
  };
  return addressStep(desired, port, own.has.map(address), {
    own: { files: present(files(own.boots)), haproxy: present(haproxyOf(own)), keepalived: keepalivedOf(own.vrrp) },
    peer: {
      links: seen([{ name: 'tn101', addresses: peer.has.map(address) } as unknown as Link]),
      files: seen(files(peer.boots)),
      keepalived: peer.state ? absent : keepalivedOf(peer.vrrp),
    },
  });
}

function keepalivedOf(vrrp: Side['vrrp'] = 'BACKUP'): Observation<Keepalived> {
  if (vrrp === 'unknown') return unknown('timeout');
  return present({ vrrp: { state: vrrp, forSeconds: 9 } } as Keepalived);
}

function haproxyOf({ from, written = from !== undefined }: Side): Haproxy {
  const sources = from === null ? undefined : [`10.101.0.${Math.floor(from ?? 0)}`];
  const path = `${haproxyPlaces.folder}/tenant-acme.cfg`;
  return {
    files: written ? [{ path, mode: '600', owner: 'root', sha256: '' }] : [],
    serves: from !== undefined,
    process: from === undefined ? undefined : { loaded: new Map([['tenant-acme.cfg', '']]), sources },
  } as unknown as Haproxy;
}

function text(step: AddressStep): string {
  if (step.next === 'wait') return `wait for ${step.remedy.dependsOn}`;
  if (step.next === 'nothing' || step.next === 'take') return step.next;
  const about = step.next === 'drop' && step.missing ? ', which the other one lacks' : '';
  return `${step.next} ${step.addresses.join()}${step.standby ? ' as standby' : ''}${about}`;
}

describe('mesh: the address of a tenant on one of two proxies', () => {
  const cases: readonly (readonly [string, Side, Peer, string])[] = [
    ['is there', { has: [1], from: 1 }, { has: [2] }, 'nothing'],
    ['is taken when nobody has it', { has: [] }, { has: [2] }, 'take'],
    ['is taken beside an earlier one', { has: [9], from: 9 }, { has: [2] }, 'take'],
    [
      'an earlier one stays while HAProxy connects from it',
      { has: [1, 9], from: 9 },
      { has: [2] },
      'wait for haproxy/proxy-1',
    ],
    [
      'an earlier one stays while that is not known',
      { has: [1, 9], from: null },
      { has: [2] },
      'wait for haproxy/proxy-1',
    ],
    ['with another prefix, is taken beside itself', { has: [1.25], from: 1 }, { has: [2.25] }, 'take'],
    [
      'with another prefix, goes while HAProxy connects from it',
      { has: [1, 1.25], from: 1 },
      { has: [2] },
      'drop 10.101.0.1/25 as standby',
    ],
    [
      'exchanged, and with another prefix: the proxy without the virtual IP gives up its own',
      { has: [2.25], from: 2 },
      { has: [1.25], vrrp: 'MASTER' },
      'give up 10.101.0.2/25 as standby',
    ],
    [
      'exchanged, and with another prefix: not while the other one would boot with it',
      { has: [2.25], from: 2, vrrp: 'MASTER' },
      { has: [3.25], boots: 1.25 },
      'wait for mesh/proxy-2:acme',
    ],
    ['an earlier one goes then', { has: [1, 9], from: 1 }, { has: [2] }, 'drop 10.101.0.9/24 as standby'],
    [
      'with clients, at the proxy with the virtual IP',
      { has: [1, 9], from: 1, vrrp: 'MASTER' },
      { has: [2] },
      'drop 10.101.0.9/24',
    ],
    ['an earlier one goes while no HAProxy runs', { has: [1, 9] }, { has: [2] }, 'drop 10.101.0.9/24 as standby'],
    [
      'exchanged: the proxy without the virtual IP gives up its own',
      { has: [2], from: 2 },
      { has: [1], vrrp: 'MASTER' },
      'give up 10.101.0.2/24 as standby',
    ],
    [
      'exchanged: the one with the virtual IP waits for that',
      { has: [2], from: 2, vrrp: 'MASTER' },
      { has: [1] },
      'wait for mesh/proxy-2:acme',
    ],
    ['exchanged: and takes the address then', { has: [2], from: 2, vrrp: 'MASTER' }, { has: [] }, 'take'],
    [
      'exchanged: not while the other one would boot with it',
      { has: [2], from: 2, vrrp: 'MASTER' },
      { has: [], boots: 1 },
      'wait for mesh/proxy-2:acme',
    ],
    [
      'exchanged: the first one gives up what it would boot with, too',
      { has: [], boots: 2, from: 2 },
      { has: [1], vrrp: 'MASTER' },
      'give up  as standby',
    ],
    [
      'exchanged: the other one waits for what this one leaves',
      { has: [1, 2], from: 1, vrrp: 'MASTER' },
      { has: [] },
      'drop 10.101.0.2/24, which the other one lacks',
    ],
    [
      'exchanged: the one that gave up waits',
      { has: [], from: 2 },
      { has: [2, 1], vrrp: 'MASTER' },
      'wait for mesh/proxy-2:acme',
    ],
    [
      'exchanged: nobody knows which of the two has the virtual IP',
      { has: [2], from: 2 },
      { has: [1], vrrp: 'unknown' },
      'wait for vip/front@proxy-2',
    ],
    [
      'the other one still has it, and moves to a free one',
      { has: [9], from: 9 },
      { has: [1] },
      'wait for mesh/proxy-2:acme',
    ],
    [
      'both have an address of one of them: it goes at once',
      { has: [1, 2], from: 2 },
      { has: [2] },
      'drop 10.101.0.2/24 as standby',
    ],
    [
      'the other one is not seen, which may have it',
      { has: [9], from: 9 },
      { has: [], state: 'hidden' },
      'wait for mesh/proxy-2',
    ],
    ['the same while it gave up its own', { has: [], from: 2 }, { has: [], state: 'hidden' }, 'wait for mesh/proxy-2'],
    [
      'the other one is stopped, and would boot with it',
      { has: [], from: 2 },
      { has: [], state: 'stopped' },
      'wait for mesh/proxy-2',
    ],
    [
      'the other one is not seen, and this one had it',
      { has: [], boots: 1, from: 1 },
      { has: [], state: 'hidden' },
      'take',
    ],
    ['the other one is not seen, and the tenant is new here', { has: [] }, { has: [], state: 'hidden' }, 'take'],
    [
      'a file of HAProxy shows that it is not new',
      { has: [], written: true },
      { has: [], state: 'hidden' },
      'wait for mesh/proxy-2',
    ],
    ['the other one does not exist any more', { has: [9], from: 9 }, { has: [], state: 'terminated' }, 'take'],
  ];
  for (const [name, own, peer, step] of cases) it(name, () => expect(text(stepOf(own, peer))).to.equal(step));
});
