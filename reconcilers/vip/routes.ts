import type { Overlay } from '../../crds/fleet.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, info, manual, notKnown, notObserved, type Remedy } from '../contract/remedy.ts';
import type { RouteTable } from '../facts/ec2/vpc-network.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { tableOf } from '../shared/route-tables.ts';
import { destinationOf, managedTables, type VipRoute, vipRoutesIn } from '../shared/vip-routes.ts';
import type { DesiredKeepalived, DesiredVip } from './desired.ts';
import { interfaceNotShown } from './messages.ts';
import { beforeMoving, failoverFindings } from './move.ts';
import type { ProxyState } from './proxy-states.ts';
import { foreignRoute, formerVipRouted, notRouted, routeTableNotFound, routeUnmanaged } from './route-messages.ts';

export type RouteTables = Observation<readonly RouteTable[]>;

/** A virtual IP outside the VPC: each managed route table leads to the network interface of the VRRP master. */
export function routeFindings(
  desired: DesiredVip,
  overlay: Overlay,
  master: ProxyState,
  proxies: readonly ProxyState[],
  tables: RouteTables = unknown('EC2 was not asked'),
): readonly Finding[] {
  const { vip, subject, tenants } = desired;
  const finding = findingsAbout(subject, { impacts: tenants });
  const wanted = master.instance?.networkInterfaceId;
  if (tables.state !== 'present' || !wanted) {
    const remedy = tables.state === 'present' ? notKnown(interfaceNotShown(master.host)) : notObserved(tables);
    return [finding('NotObserved', `routes to ${vip}`, { have: 'unknown', want: `to ${master.host}` }, remedy)];
  }
  const { routes, missing } = vipRoutesIn(vip, overlay, tables.value);
  const wrong = routes.filter(({ target, state }) => target !== wanted || state === 'blackhole');
  const found = wrong.map((route) => {
    const have = route.target === undefined ? 'absent' : `${route.target || 'another kind of target'} (${route.state})`;
    const remedy = routeRemedy(desired, route, master, proxies, wanted);
    const values = { have, want: `${wanted} of ${master.host}` };
    return finding(reasonOf(route, routes), `route to ${vip} in ${route.table.id}`, values, remedy);
  });
  return [
    ...found,
    ...missing.map((id) => notFoundFinding(finding, id, desired.pair)),
    ...uncoveredFindings(desired, overlay, proxies, tables.value, finding),
    ...unmanagedFindings(desired, overlay, tables.value),
    ...(found.length ? [] : failoverFindings(desired, master)),
  ];
}

function reasonOf({ target, state }: VipRoute, routes: readonly VipRoute[]): Reason {
  if (target === undefined) return 'VipRouteMissing';
  if (state === 'blackhole') return 'VipRouteBlackhole';
  const targets = new Set(routes.flatMap((one) => one.target ?? []));
  return targets.size > 1 ? 'VipRoutesDisagree' : 'VipRouteElsewhere';
}

/** A route to something else that works is not taken away: it was made by somebody. */
function routeRemedy(
  { vip, pair }: DesiredVip,
  { table, target, state }: VipRoute,
  master: ProxyState,
  proxies: readonly ProxyState[],
  wanted: string,
): Remedy {
  const ofPair = proxies.some(({ instance }) => instance?.networkInterfaceId === target);
  if (target !== undefined && state !== 'blackhole' && !ofPair)
    return manual(foreignRoute(vip, table.id, target, pair));
  const route = ec2Step(
    `route ${vip} to ${wanted} of ${master.host} in ${table.id}`,
    target === undefined ? 'CreateRoute' : 'ReplaceRoute',
    { RouteTableId: table.id, DestinationCidrBlock: destinationOf(vip), NetworkInterfaceId: wanted },
  );
  return beforeMoving(master, proxies) ?? act([route]);
}

function notFoundFinding(finding: FindingBuilder, id: string, pair: string): Finding {
  const values = { have: 'absent', want: 'present' };
  return finding('RouteTableNotFound', `route table ${id}`, values, manual(routeTableNotFound(id, pair)));
}

/** With declared tables only: a proxy tries the address as a client does, by the table of its own subnet. */
function uncoveredFindings(
  { pair }: DesiredVip,
  overlay: Overlay,
  proxies: readonly ProxyState[],
  shown: readonly RouteTable[],
  finding: FindingBuilder,
): readonly Finding[] {
  const managed = managedTables(overlay, shown);
  return proxies.flatMap(({ host, instance }) => {
    const { subnetId: id, vpcId } = instance ?? {};
    const table = id !== undefined && vpcId !== undefined ? tableOf({ id, vpcId }, shown) : undefined;
    if (!table || managed.includes(table)) return [];
    const values = { have: table.id, want: managed.map((one) => one.id).join(' or ') || 'a declared one' };
    return [finding('VipNotRouted', `route table of ${host}`, values, manual(notRouted(host, table.id, pair)))];
  });
}

/** With declared tables only: what a table that was taken out of the document, or that somebody else cares for, still has. */
function unmanagedFindings(
  { vip, pair, subject }: DesiredVip,
  overlay: Overlay,
  shown: readonly RouteTable[],
): readonly Finding[] {
  const managed = managedTables(overlay, shown);
  return shown
    .filter((table) => !managed.includes(table))
    .flatMap(({ id, routes }) => {
      const route = routes.find(({ destination }) => destination === destinationOf(vip));
      if (!route) return [];
      const remedy = manual(routeUnmanaged(vip, id, pair));
      const values = { have: route.target, want: 'absent' };
      return [findingsAbout(subject)('VipRouteUnmanaged', `route to ${vip} in ${id}`, values, remedy)];
    });
}

/** Routes to an earlier virtual IP, by the record on either host, that lead to an interface of the pair. Not deleted: it may be in use again. */
export function leftRouteFindings(
  { subject, pair, hosts, vips }: DesiredVip,
  former: ReadonlySet<string>,
  tables: RouteTables | undefined,
): readonly Finding[] {
  if (tables?.state !== 'present') return [];
  const own = hosts.map(({ instance }) => instance.state === 'present' && instance.value.networkInterfaceId);
  const left = [...former].filter((address) => !vips.includes(address)).sort();
  return tables.value.flatMap(({ id, routes }) =>
    left.flatMap((address) => {
      const route = routes.find(({ destination }) => destination === destinationOf(address));
      if (!route || !own.includes(route.target)) return [];
      const remedy = info(formerVipRouted(address, pair, id));
      return [
        findingsAbout(subject)(
          'FormerVipRouted',
          `${address} in ${id}`,
          { have: route.target, want: 'absent' },
          remedy,
        ),
      ];
    }),
  );
}

/** The tables that the scripts of a proxy move the address in, or why they are not known; none for an address of a subnet. */
export function routeTablesOf(
  { overlay, pair, vip }: DesiredKeepalived,
  tables: RouteTables = unknown('EC2 does not show the VPC of the pair'),
  finding: FindingBuilder,
): readonly string[] | Finding {
  if (!overlay) return [];
  const values = { have: 'unknown', want: `those with the route to ${vip}` };
  if (tables.state !== 'present') return finding('NotObserved', 'route tables', values, notObserved(tables));
  const ids = managedTables(overlay, tables.value).map(({ id }) => id);
  if (ids.length) return ids;
  const [first = 'none'] = overlay.routeTables;
  const remedy = manual(routeTableNotFound(first, pair));
  return finding('RouteTableNotFound', 'route tables', { ...values, have: 'none' }, remedy);
}
