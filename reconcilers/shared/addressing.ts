import type { Exposure, Member, Tenant } from '../../crds/fleet.ts';
import { contains, enclosingRange, ipv4, type Range, rangeText } from '../../crds/schema/address.ts';
import type { AddressingEvidence, ContainerPlace } from './addressing-evidence.ts';
import { isMajority } from './current-master.ts';

/**
 * A tenant with the addressing that is in force, if a member that exists has another one than declared: its VLAN, CIDR, the addresses of its
 * members and on the proxies, and the ports of Redis and Sentinel. Members with data keep these, so that everything else has to keep
 * them too. Undefined if the declared addressing is in force, or can be.
 */
export function tenantInForce(tenant: Tenant, evidence: AddressingEvidence): Tenant | undefined {
  return withPorts(withAddresses(tenant, evidence), evidence, tenant);
}

/** Whether a container shows the addressing. Otherwise only the proxies do, and the containers are unknown. */
export function isSeenAtContainers({ containers }: AddressingEvidence): boolean {
  return containers.some((one) => typeof one === 'object');
}

function withPorts(kept: Tenant | undefined, evidence: AddressingEvidence, declared: Tenant): Tenant | undefined {
  const { redisPort = declared.redis.port, sentinelPort = declared.sentinel.port } = evidence;
  if (redisPort === declared.redis.port && sentinelPort === declared.sentinel.port) return kept;
  const tenant = kept ?? declared;
  return {
    ...tenant,
    redis: { ...tenant.redis, port: redisPort },
    sentinel: { ...tenant.sentinel, port: sentinelPort },
  };
}

function withAddresses(tenant: Tenant, evidence: AddressingEvidence): Tenant | undefined {
  const vlan = vlanOf(tenant, evidence);
  if (vlan === undefined) return undefined;
  const known = knownAddresses(tenant, evidence);
  const isKept = (_: Member, index: number) => evidence.containers[index] !== 'absent';
  const names = namesOf(tenant, evidence);
  const changed = tenant.members.some((member, index) => {
    return (
      isKept(member, index) && (names[index] !== member.name || (known[index] ?? member.address) !== member.address)
    );
  });
  if (vlan === tenant.vlan && !changed) return undefined;
  const kept = tenant.members.filter(isKept).flatMap((member) => known[tenant.members.indexOf(member)] ?? []);
  const range = rangeOf(tenant, evidence, vlan, kept);
  const inForce = tenant.members.flatMap((member, index): readonly Member[] => {
    const address = known[index] ?? member.address;
    const isFree = isInside(range, address) && (known[index] !== undefined || !kept.includes(address));
    const container = evidence.containers[index];
    const host = (typeof container === 'object' ? container.former?.host : undefined) ?? member.host;
    return isFree ? [{ ...member, name: names[index] ?? member.name, host, address }] : [];
  });
  const members = inForce.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...tenant,
    vlan,
    cidr: rangeText(range),
    prefixLength: range.prefixLength,
    members,
    sentinel: sentinelFor(tenant, members),
    expose: tenant.expose && exposureInForce(tenant.expose, evidence, vlan, range),
  };
}

/** Undefined if the members themselves are in several VLANs: then nothing can be said of all. */
function vlanOf(tenant: Tenant, { containers, proxyPorts }: AddressingEvidence): number | undefined {
  const [vlan, ...others] = new Set(places(containers).map((place) => place.vlan));
  if (others.length) return undefined;
  if (vlan !== undefined || !containers.includes('unknown')) return vlan ?? tenant.vlan;
  const [tag, ...more] = new Set(proxyPorts.map((port) => port.tag));
  return tag === undefined || more.length ? tenant.vlan : tag;
}

function places(containers: AddressingEvidence['containers']): readonly ContainerPlace[] {
  return containers.filter((one) => typeof one === 'object');
}

/**
 * The names in force. Of a member whose container may be on a host that was not observed, and that HAProxy does not know: that of a server
 * whose container was not observed either, if it has the address of the member, or is the only one that is left.
 */
function namesOf({ members }: Tenant, { containers, servers, own }: AddressingEvidence): readonly string[] {
  const seen = new Set(own.map(({ member }) => member));
  const free = new Map([...servers].filter(([name]) => !seen.has(name) && members.every((one) => one.name !== name)));
  const taken = (name: string) => {
    free.delete(name);
    return name;
  };
  return members.map((member, index) => {
    const container = containers[index];
    if (typeof container === 'object') return container.former?.member ?? member.name;
    if (container === 'absent' || servers.has(member.name)) return member.name;
    const [same] = [...free].find(([, address]) => address === member.address) ?? [];
    if (same !== undefined) return taken(same);
    const [[last, address] = [], ...more] = [...free];
    const isOfAnother = members.some((one) => one.address === address);
    return last === undefined || more.length || isOfAnother ? member.name : taken(last);
  });
}

/**
 * Of each member: by its container, or else by HAProxy, if that agrees with all containers that were observed. Undefined: not known.
 */
function knownAddresses(tenant: Tenant, evidence: AddressingEvidence): readonly (string | undefined)[] {
  const { members } = tenant;
  const { containers, servers } = evidence;
  const seen = containers.map((one) => (typeof one === 'object' ? one.address : undefined));
  const served = namesOf(tenant, evidence).map((name) => servers.get(name));
  const agrees = members.every((_, index) => seen[index] === undefined || served[index] === seen[index]);
  return members.map((_, index) => seen[index] ?? (agrees ? served[index] : undefined));
}

/** The network: as the tenant's ports on the proxies have it, or as declared if the addresses are in it, or of the declared size. */
function rangeOf(tenant: Tenant, evidence: AddressingEvidence, vlan: number, kept: readonly string[]): Range {
  const onProxies = portsIn(evidence, vlan).flatMap(({ addresses }) => addresses);
  const sized = kept.map((address) => `${address}/${tenant.prefixLength}`);
  const ranges = [...onProxies, tenant.cidr, ...sized].flatMap((text) => enclosingRange(text) ?? []);
  const range = ranges.find((one) => kept.every((address) => isInside(one, address))) ?? enclosingRange(tenant.cidr);
  if (!range) throw new Error(`not a CIDR: ${tenant.cidr}`);
  return range;
}

function portsIn({ proxyPorts }: AddressingEvidence, vlan: number): AddressingEvidence['proxyPorts'] {
  return proxyPorts.filter(({ tag }) => tag === vlan);
}

function isInside(range: Range, address: string): boolean {
  const number = ipv4(address);
  return number !== undefined && contains(range, number);
}

/** The addresses on the proxies, without a host whose address is neither observed nor, as declared, in the network. */
function exposureInForce(expose: Exposure, evidence: AddressingEvidence, vlan: number, range: Range): Exposure {
  const proxyAddresses = expose.proxyAddresses.flatMap(({ host, address: declared }) => {
    const found = portsIn(evidence, vlan).flatMap((port) => (port.host === host ? port.addresses : []));
    const own = found.map((one) => one.split('/')[0] ?? '').filter((one) => isInside(range, one));
    const address = own.includes(declared) ? declared : (own[0] ?? declared);
    return isInside(range, address) ? [{ host, address }] : [];
  });
  return { ...expose, proxyAddresses };
}

/** Without some of the declared members, their majority is smaller. */
function sentinelFor({ sentinel, members: declared }: Tenant, members: readonly Member[]): Tenant['sentinel'] {
  if (members.length === declared.length) return sentinel;
  const majority = declared.findIndex((_, index) => isMajority(index + 1, members.length)) + 1;
  return { ...sentinel, quorum: Math.min(sentinel.quorum, majority) };
}
