import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, info, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredVip } from './desired.ts';
import { vrrpDrop } from './firewall.ts';
import { interfaceFindings } from './interface.ts';
import {
  bothInFault,
  differentSubnets,
  electionPending,
  formerVipLeft,
  mayBeMaster,
  noMasterElected,
  vipChanges,
} from './messages.ts';
import { type PairObservations, type ProxyState, proxyStatesOf, unobservedOf } from './proxy-states.ts';
import { differentVpcs } from './route-messages.ts';
import { leftRouteFindings, type RouteTables } from './route-tables.ts';
import { routeFindings } from './routes.ts';
import { graceSeconds, twoMastersFinding, yieldFindings } from './split.ts';

/** VRRP, the devices of the hosts and EC2 must agree on the one host that has the virtual IP. */
export function vipHostFindings(
  desired: DesiredVip,
  interfaces: Observation<readonly NetworkInterface[]>,
  seen: PairObservations,
  tables?: RouteTables,
): readonly Finding[] {
  const proxies = proxyStatesOf(desired, seen);
  const differing = desired.overlay ? vpcFindings(desired, proxies) : subnetFindings(desired, proxies);
  if (differing.length) return differing;
  const stale = proxies.filter(hasStaleVip);
  if (stale.length) return stale.map((proxy) => staleVipFinding(desired, proxy));
  const masters = proxies.filter((proxy) => proxy.state === 'MASTER' && proxy.device !== undefined);
  const [master] = masters;
  const drop = vrrpDrop(desired, (index) => ({ firewall: seen.firewall[index], links: seen.links[index] }));
  if (masters.length > 1) return [twoMastersFinding(desired, masters, drop)];
  const changing = changingFindings(desired, proxies);
  if (changing.length) return changing;
  const yielded = proxies.flatMap((proxy) => yieldFindings(desired, proxy, master, drop));
  return [...yielded, ...ownerFindings(desired, master, proxies, { interfaces, tables })];
}

/** Where EC2 delivers the address: on a network interface, or by routes. */
function ownerFindings(
  desired: DesiredVip,
  master: ProxyState | undefined,
  proxies: readonly ProxyState[],
  ec2: { readonly interfaces: Observation<readonly NetworkInterface[]>; readonly tables: RouteTables | undefined },
): readonly Finding[] {
  if (!master) return [noMasterFinding(desired, proxies)];
  const { overlay } = desired;
  return overlay
    ? routeFindings(desired, overlay, master, proxies, ec2.tables)
    : interfaceFindings(desired, master, proxies, ec2.interfaces);
}

function aboutVip({ subject, tenants }: DesiredVip): FindingBuilder {
  return findingsAbout(subject, { impacts: tenants });
}

function subnetFindings(desired: DesiredVip, proxies: readonly ProxyState[]): readonly Finding[] {
  const subnets = [...new Set(proxies.flatMap((proxy) => proxy.instance?.subnetId ?? []))];
  if (subnets.length < 2) return [];
  const have = proxies.map((proxy) => `${proxy.host} in ${proxy.instance?.subnetId ?? 'none'}`).join(', ');
  const values = { have, want: 'one for both proxies' };
  return [aboutVip(desired)('ProxiesInDifferentSubnets', 'subnet', values, manual(differentSubnets(desired.pair)))];
}

function vpcFindings(desired: DesiredVip, proxies: readonly ProxyState[]): readonly Finding[] {
  const vpcs = [...new Set(proxies.flatMap((proxy) => proxy.instance?.vpcId ?? []))];
  if (vpcs.length < 2) return [];
  const have = proxies.map((proxy) => `${proxy.host} in ${proxy.instance?.vpcId ?? 'none'}`).join(', ');
  const values = { have, want: 'one for both proxies' };
  return [aboutVip(desired)('ProxiesInDifferentVpcs', 'VPC', values, manual(differentVpcs(desired.pair)))];
}

/**
 * The VRRP master still has an earlier virtual IP. Nobody is to take the declared one yet: that is the change of keepalived, which
 * impacts the tenants.
 */
function changingFindings(desired: DesiredVip, proxies: readonly ProxyState[]): readonly Finding[] {
  const { vip, tenants } = desired;
  const changes = proxies.filter(({ running, shared }) => running && shared !== undefined && shared.vip !== vip);
  const last = changes.find(({ state }) => state === 'MASTER') ?? changes[0];
  if (!last?.shared) return [];
  const remedy = dependsOn(last.subject, vipChanges(last.shared.vip, vip, tenants));
  const values = { have: last.shared.vip, want: vip };
  return [findingsAbout(desired.subject)('VipChanges', 'virtual IP', values, remedy)];
}

/** An earlier virtual IP, by the record on either host, that EC2 still has on an interface of the pair. Not released: it may be in use again. */
export function leftVipFindings(desired: DesiredVip, seen: PairObservations, tables?: RouteTables): readonly Finding[] {
  const former = new Set(seen.keepalived.flatMap((one) => (one.state === 'present' ? (one.value.former ?? []) : [])));
  const assigned = desired.hosts.flatMap(({ host, instance }) => {
    if (instance.state !== 'present') return [];
    const { addresses, privateAddress, networkInterfaceId } = instance.value;
    return addresses
      .filter((one) => former.has(one) && one !== privateAddress && !desired.vips.includes(one))
      .map((address) => {
        const values = { have: `on ${networkInterfaceId} of ${host}`, want: 'absent' };
        const remedy = info(formerVipLeft(address, desired.pair, networkInterfaceId));
        return findingsAbout(desired.subject)('FormerVipAssigned', `${address} on ${host}`, values, remedy);
      });
  });
  return [...assigned, ...leftRouteFindings(desired, former, tables)];
}

/** The host has the address and does not claim it: what a killed keepalived leaves behind. */
function hasStaleVip(proxy: ProxyState): boolean {
  if (proxy.unobserved !== undefined || !proxy.device) return false;
  return !proxy.running || (proxy.state !== undefined && proxy.state !== 'MASTER' && proxy.forSeconds >= 3);
}

function staleVipFinding(desired: DesiredVip, { host, device, state }: ProxyState): Finding {
  const have = `on ${device}, while keepalived ${state ? `is in ${state}` : 'does not run'}`;
  const remedy = act([
    { operation: 'address-drop', host, pair: desired.pair, address: desired.vip, device: device ?? '' },
  ]);
  return aboutVip(desired)('StaleVip', `${desired.vip} on ${host}`, { have, want: 'absent' }, remedy);
}

function noMasterFinding(desired: DesiredVip, proxies: readonly ProxyState[]): Finding {
  const have = proxies.map((proxy) => `${proxy.host} ${stateText(proxy)}`).join(', ');
  return aboutVip(desired)('NoVrrpMaster', 'VRRP master', { have, want: 'one' }, noMasterRemedy(proxies));
}

function noMasterRemedy(proxies: readonly ProxyState[]): Remedy {
  const hidden = unobservedOf(proxies);
  if (hidden) return notObserved(hidden.unobserved, (reason) => mayBeMaster(hidden.host, reason));
  const [first] = proxies;
  if (first && proxies.every(({ hostDown }) => hostDown)) return dependsOn(first.subject);
  const idle = proxies.find((proxy) => !proxy.hostDown && !proxy.running);
  if (idle) return dependsOn(idle.subject);
  const electing = (proxy: ProxyState) => proxy.state === undefined || proxy.forSeconds < graceSeconds;
  if (proxies.some((proxy) => !proxy.hostDown && electing(proxy))) return settling(electionPending);
  return manual(proxies.every((proxy) => proxy.hostDown || proxy.state === 'FAULT') ? bothInFault : noMasterElected);
}

function stateText({ state, hostDown, unobserved, instance }: ProxyState): string {
  if (hostDown) return instance?.state ?? 'absent';
  if (unobserved !== undefined) return 'unknown';
  return state ?? 'without keepalived';
}
