import type { Cluster, Fleet, HostName, Overlay, ProxyPair, TenantName } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import type { Subject } from '../contract/subject.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Observation } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';
import { hostReady } from '../shared/host-readiness.ts';
import { peerIn } from '../shared/pair-order.ts';
import { vipInterfaceFacts, vipRouteFacts } from '../shared/vip-routes.ts';
import { pairZoneFindings } from './zones.ts';

interface OfPair extends Desired {
  readonly pair: string;
  readonly vip: string;
  /** Undefined: the virtual IP is of the hosts' subnet. */
  readonly overlay: Overlay | undefined;
  /** The requests for the route tables with an overlay address. */
  readonly routeTables: readonly FactRequestOf<'route-tables'>[];
  readonly tenants: readonly TenantName[];
}

/** What keepalived.conf of one host is rendered from, together with its network device. */
export interface KeepalivedHost {
  readonly host: HostName;
  readonly pair: string;
  readonly vip: string;
  readonly vrrp: ProxyPair['vrrp'];
  readonly priority: number;
  readonly instance: Observation<Instance>;
  /** Undefined while EC2 does not show the peer. */
  readonly peerAddress: string | undefined;
}

/** keepalived on one host of a pair. A subject of its own: one unreachable proxy must not hold up the repair of the other. */
export interface DesiredKeepalived extends OfPair, KeepalivedHost {
  readonly kind: 'keepalived';
  readonly peer: HostName;
  readonly peerSubject: Subject;
  readonly peerDown: boolean;
  readonly other: KeepalivedHost;
  /** Whether the pair names this host first. */
  readonly firstOfPair: boolean;
  readonly region: string;
  readonly endpoint: string;
}

/** The virtual IP: on a device of exactly one host, that of the VRRP master, and on its network interface in EC2. */
export interface DesiredVip extends OfPair {
  readonly kind: 'vip';
  readonly hosts: readonly DesiredVipHost[];
  /** About the zones of its hosts: they follow from the documents and the inventory. */
  readonly zones: readonly Finding[];
  readonly vrrp: ProxyPair['vrrp'];
  /** Of all pairs. */
  readonly vips: readonly string[];
  /** One EC2 call for all pairs. */
  readonly interfaces: FactRequestOf<'network-interfaces'>;
}

export interface DesiredVipHost {
  readonly host: HostName;
  readonly subject: Subject;
  readonly instance: Observation<Instance>;
  readonly adopted: boolean;
}

const noFacts = { state: 'unknown', reason: 'EC2 was not queried' } as const;

export function desiredVips(fleet: Fleet, inventory: Inventory): readonly (DesiredKeepalived | DesiredVip)[] {
  const vips = [...new Set(fleet.proxyPairs.map((pair) => pair.vip))].sort();
  return fleet.proxyPairs.flatMap((pair) => {
    const exposed = fleet.tenants.filter((tenant) => tenant.expose?.proxyPair === pair.name);
    const tenants = exposed.map((tenant) => tenant.name);
    return [
      ...pair.hosts.map((host) => desiredKeepalived(fleet.cluster, inventory, pair, host, tenants)),
      desiredVip(fleet, inventory, pair, tenants, vips),
    ];
  });
}

/** It depends on its host alone: without HAProxy it starts in FAULT and takes no address. */
function desiredKeepalived(
  { aws }: Cluster,
  inventory: Inventory,
  pair: ProxyPair,
  host: HostName,
  tenants: readonly TenantName[],
): DesiredKeepalived {
  const { host: peer, down } = peerIn(pair.hosts, host, inventory);
  return {
    ...keepalivedHost(inventory, pair, host),
    kind: 'keepalived',
    subject: subjectOf(pair, host),
    dependsOn: hostReady(host),
    overlay: pair.overlay,
    routeTables: vipRouteFacts(pair, inventory),
    tenants,
    peer,
    peerSubject: subjectOf(pair, peer),
    peerDown: down,
    other: keepalivedHost(inventory, pair, peer),
    firstOfPair: host === pair.hosts[0],
    region: aws.region,
    endpoint: aws.endpoint ?? `https://ec2.${aws.region}.amazonaws.com${aws.region.startsWith('cn-') ? '.cn' : ''}/`,
  };
}

function keepalivedHost(inventory: Inventory, pair: ProxyPair, host: HostName): KeepalivedHost {
  const peer = inventory.get(peerIn(pair.hosts, host, inventory).host);
  return {
    host,
    pair: pair.name,
    vip: pair.vip,
    vrrp: pair.vrrp,
    priority: host === pair.hosts[0] ? 110 : 100,
    instance: inventory.get(host) ?? noFacts,
    peerAddress: peer?.state === 'present' ? peer.value.privateAddress : undefined,
  };
}

/** No dependencies: whether the address may be moved is decided from the states of both hosts together. */
function desiredVip(
  fleet: Fleet,
  inventory: Inventory,
  pair: ProxyPair,
  tenants: readonly TenantName[],
  vips: readonly string[],
): DesiredVip {
  const { cluster } = fleet;
  return {
    kind: 'vip',
    zones: pairZoneFindings(cluster, pair, inventory),
    subject: `vip/${pair.name}`,
    dependsOn: [],
    pair: pair.name,
    vip: pair.vip,
    overlay: pair.overlay,
    routeTables: vipRouteFacts(pair, inventory),
    tenants,
    vrrp: pair.vrrp,
    hosts: pair.hosts.map((host) => ({
      host,
      subject: subjectOf(pair, host),
      instance: inventory.get(host) ?? noFacts,
      adopted: cluster.hosts.some(({ name, origin }) => name === host && 'adopt' in origin),
    })),
    vips,
    interfaces: vipInterfaceFacts(fleet, inventory),
  };
}

function subjectOf(pair: ProxyPair, host: HostName): Subject {
  return `vip/${pair.name}@${host}`;
}
