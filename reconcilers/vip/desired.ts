import type { Cluster, Fleet, HostName, ProxyPair, TenantName } from '../../crds/fleet.ts';
import type { Subject } from '../drift.ts';
import type { Instance, Inventory } from '../inventory.ts';
import type { Observation } from '../observation.ts';
import { hostReady } from '../prepared.ts';
import type { Desired } from '../reconciler.ts';

interface OfPair extends Desired {
  readonly pair: string;
  readonly vip: string;
  readonly tenants: readonly TenantName[];
}

/** keepalived on one host of a pair. A subject of its own: one proxy that is away must not hold up the other. */
export interface DesiredKeepalived extends OfPair {
  readonly kind: 'keepalived';
  readonly host: HostName;
  readonly peer: HostName;
  readonly instance: Observation<Instance>;
  /** Undefined while EC2 does not show the peer. */
  readonly peerAddress: string | undefined;
  readonly priority: number;
  readonly vrrp: ProxyPair['vrrp'];
  readonly region: string;
  readonly endpoint: string;
}

/** The address: on exactly one host's interface, that of the VRRP master, and on that host's ENI. */
export interface DesiredVip extends OfPair {
  readonly kind: 'vip';
  readonly hosts: readonly DesiredHolder[];
  /** Of all pairs, so that EC2 is asked once. */
  readonly vips: readonly string[];
}

export interface DesiredHolder {
  readonly host: HostName;
  readonly subject: Subject;
  readonly instance: Observation<Instance>;
}

const unasked = { state: 'unknown', reason: 'EC2 was not asked' } as const;

export function desiredVips(fleet: Fleet, inventory: Inventory): readonly (DesiredKeepalived | DesiredVip)[] {
  const vips = [...new Set(fleet.proxyPairs.map((pair) => pair.vip))].sort();
  return fleet.proxyPairs.flatMap((pair) => {
    const exposed = fleet.tenants.filter((tenant) => tenant.expose?.proxyPair === pair.name);
    const tenants = exposed.map((tenant) => tenant.name);
    return [
      ...pair.hosts.map((host) => desiredKeepalived(fleet.cluster, inventory, pair, host, tenants)),
      desiredVip(inventory, pair, tenants, vips),
    ];
  });
}

/** It rests on its host alone: with HAProxy away it is in FAULT from its start on, and takes no address. */
function desiredKeepalived(
  { aws }: Cluster,
  inventory: Inventory,
  pair: ProxyPair,
  host: HostName,
  tenants: readonly TenantName[],
): DesiredKeepalived {
  const [first, second] = pair.hosts;
  const peer = host === first ? second : first;
  const other = inventory.get(peer);
  return {
    kind: 'keepalived',
    subject: subjectOf(pair, host),
    needs: hostReady(host),
    pair: pair.name,
    vip: pair.vip,
    tenants,
    host,
    peer,
    instance: inventory.get(host) ?? unasked,
    peerAddress: other?.state === 'present' ? other.value.privateAddress : undefined,
    priority: host === first ? 110 : 100,
    vrrp: pair.vrrp,
    region: aws.region,
    endpoint: aws.endpoint ?? `https://ec2.${aws.region}.amazonaws.com${aws.region.startsWith('cn-') ? '.cn' : ''}/`,
  };
}

/** No needs: whether what was seen allows a move is decided from all views together. */
function desiredVip(
  inventory: Inventory,
  pair: ProxyPair,
  tenants: readonly TenantName[],
  vips: readonly string[],
): DesiredVip {
  return {
    kind: 'vip',
    subject: `vip/${pair.name}`,
    needs: [],
    pair: pair.name,
    vip: pair.vip,
    tenants,
    hosts: pair.hosts.map((host) => ({
      host,
      subject: subjectOf(pair, host),
      instance: inventory.get(host) ?? unasked,
    })),
    vips,
  };
}

function subjectOf(pair: ProxyPair, host: HostName): Subject {
  return `vip/${pair.name}@${host}`;
}
