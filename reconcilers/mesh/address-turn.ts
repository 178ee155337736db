import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import { digest } from '../../renderers/lib/text.ts';
import { meshPort } from '../../renderers/ovs/mesh-boot.ts';
import { dependsOn, type Waiting } from '../contract/remedy.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { FileFacts } from '../facts/host/files.ts';
import type { Link } from '../facts/host/links.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';
import { isChangedLast } from '../shared/pair-order.ts';
import { bootFile } from './boot.ts';
import type { DesiredMesh, MeshPair, TenantPort } from './desired.ts';
import { giveUpFirst, heldByPeer, mayBeHeldByPeer, notWithoutPeer, stillConnectsFrom } from './messages.ts';

/** What was observed of both proxies of a pair that bears on the addresses of the tenants' ports. */
export interface PairObservations {
  readonly own: {
    readonly files: Observation<readonly FileFacts[]>;
    readonly haproxy: Observation<Haproxy>;
    readonly keepalived: Observation<Keepalived>;
  };
  readonly peer: {
    readonly links: Observation<readonly Link[]>;
    readonly files: Observation<readonly FileFacts[]>;
    readonly keepalived: Observation<Keepalived>;
  };
}

/** What comes next for the address of a tenant's port. */
export type AddressStep =
  | { readonly next: 'nothing' }
  | { readonly next: 'take' }
  /** Addresses that were declared earlier. `missing`: the other proxy waits for one of them. `standby`: no client is connected here. */
  | {
      readonly next: 'drop';
      readonly addresses: readonly string[];
      readonly missing: boolean;
      readonly standby: boolean;
    }
  /** The declared address is with the other proxy, which is to have one of these: they are removed first. */
  | { readonly next: 'give up'; readonly addresses: readonly string[]; readonly standby: boolean }
  | { readonly next: 'wait'; readonly remedy: Waiting };

/**
 * An address is taken only when the other proxy is known not to have it, on its device or for its next boot. If the two exchange
 * addresses, the proxy without the virtual IP gives up its own first. An earlier address goes once HAProxy does not connect from it any more.
 * The same address with another prefix is another entry of the device, and the same address to everybody else.
 */
export function addressStep(
  desired: DesiredMesh,
  port: TenantPort,
  addresses: readonly string[],
  seen: PairObservations,
): AddressStep {
  const former = addresses.filter((address) => address !== port.address).sort();
  if (addresses.includes(port.address)) return former.length ? dropStep(desired, port, former, seen) : nothing;
  const { pair } = desired;
  if (!pair || pair.peer.gone) return take;
  const { links, files } = seen.peer;
  if (links.state !== 'present' || files.state !== 'present' || pair.peer.down) {
    if (hadItBefore(port, seen.own)) return take;
    return wait(dependsOn(`mesh/${pair.peer.host}`, mayBeHeldByPeer(pair.peer.host, port.address)));
  }
  if (holds(former, port.address) || !isOnPeer(port, links.value, files.value)) return take;
  const wanted = pair.peer.ports.find(({ tenant }) => tenant === port.tenant)?.address;
  const exchanged = holds(former, wanted) || isBooted(port, wanted, seen.own.files, former);
  return exchanged ? exchangeStep(pair, port, former, seen) : waitForPeer(pair, port);
}

const nothing = { next: 'nothing' } as const;
const take = { next: 'take' } as const;

function wait(remedy: Waiting): AddressStep {
  return { next: 'wait', remedy };
}

function waitForPeer({ peer: { host } }: MeshPair, { tenant, address }: TenantPort): AddressStep {
  return wait(dependsOn(`mesh/${host}:${tenant}`, heldByPeer(host, address)));
}

/** Both would wait for each other: the one that is changed first gives up its address. */
function exchangeStep(
  pair: MeshPair,
  port: TenantPort,
  former: readonly string[],
  seen: PairObservations,
): AddressStep {
  const [own, peer] = [seen.own.keepalived, seen.peer.keepalived];
  const { host } = pair.peer;
  if (own.state !== 'present' || peer.state !== 'present') {
    return wait(dependsOn(`vip/${pair.name}@${host}`, notWithoutPeer(host)));
  }
  if (!isChangedLast(own.value, peer.value, pair.firstOfPair))
    return { next: 'give up', addresses: former, standby: isStandby(own) };
  return wait(dependsOn(`mesh/${host}:${port.tenant}`, giveUpFirst(host, port.address)));
}

function dropStep(
  { host, pair }: DesiredMesh,
  port: TenantPort,
  former: readonly string[],
  { own: { haproxy, keepalived }, peer }: PairObservations,
): AddressStep {
  const wanted = pair?.peer.ports.find(({ tenant }) => tenant === port.tenant)?.address;
  const there = peer.links.state === 'present' ? addressesOf(peer.links.value, port) : undefined;
  const isRival = holds(former, wanted);
  const standby = isStandby(keepalived);
  const missing = isRival && there !== undefined && !holds(there, wanted);
  const drop = { next: 'drop', addresses: former, missing, standby } as const;
  // Both have it: the packets for the other one may arrive here.
  if (isRival && there && holds(there, wanted)) return drop;
  // HAProxy goes on with the declared address if only its prefix has changed.
  const others = former.filter((address) => bare(address) !== bare(port.address));
  const used = haproxy.state === 'present' ? usedBy(haproxy.value, others) : others;
  return used.length ? wait(dependsOn(`haproxy/${host}`, stillConnectsFrom(used.join(', ')))) : drop;
}

function isStandby(keepalived: Observation<Keepalived>): boolean {
  return keepalived.state === 'present' && keepalived.value.vrrp?.state !== 'MASTER';
}

/** Addresses that the running HAProxy connects from, as far as is known. */
function usedBy({ process, serves }: Haproxy, addresses: readonly string[]): readonly string[] {
  if (!process) return serves ? addresses : [];
  const { sources } = process;
  return sources ? addresses.filter((address) => sources.includes(bare(address))) : addresses;
}

/** That it had the address, or that the tenant is new here: the other proxy cannot have had it then. */
function hadItBefore(port: TenantPort, { files, haproxy }: PairObservations['own']): boolean {
  if (files.state !== 'present') return false;
  if (isBooted(port, port.address, files)) return true;
  if (files.value.some(({ path }) => path === bootFile(port.port)) || haproxy.state !== 'present') return false;
  const name = `tenant-${port.tenant}.cfg`;
  const written = haproxy.value.files.some(({ path }) => path === `${haproxyPlaces.folder}/${name}`);
  return !written && haproxy.value.process?.loaded?.has(name) !== true;
}

function isOnPeer(port: TenantPort, links: readonly Link[], files: readonly FileFacts[]): boolean {
  const there = addressesOf(links, port);
  return holds(there, port.address) || isBooted(port, port.address, { state: 'present', value: files }, there);
}

/** Whether the next boot would bring the port up with this address: with its prefix, or one that the device has now. */
function isBooted(
  { port, mtu }: TenantPort,
  address: string | undefined,
  files: Observation<readonly FileFacts[]>,
  present: readonly string[] = [],
): boolean {
  if (address === undefined || files.state !== 'present') return false;
  const prefixes = new Set([address, ...present].map((one) => one.split('/')[1]));
  const sums = [...prefixes].map((prefix) => digest(meshPort({ port, mtu, address: `${bare(address)}/${prefix}` })));
  return files.value.some(({ path, sha256 }) => path === bootFile(port) && sums.includes(sha256));
}

/** With whatever prefix. */
function holds(addresses: readonly string[], wanted: string | undefined): boolean {
  return wanted !== undefined && addresses.some((address) => bare(address) === bare(wanted));
}

function addressesOf(links: readonly Link[], { port }: TenantPort): readonly string[] {
  return links.find(({ name }) => name === port)?.addresses ?? [];
}

function bare(address: string): string {
  return address.split('/')[0] ?? address;
}
