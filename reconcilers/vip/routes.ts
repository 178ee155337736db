import type { Overlay } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, manual, notKnown, notObserved, type Remedy } from '../contract/remedy.ts';
import { unknown } from '../facts/observation.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { destinationOf, type VipRoute, vipRoutesIn } from '../shared/vip-routes.ts';
import type { DesiredVip } from './desired.ts';
import { interfaceNotShown } from './messages.ts';
import { beforeMoving, failoverFindings } from './move.ts';
import type { ProxyState } from './proxy-states.ts';
import { foreignRoute } from './route-messages.ts';
import { type RouteTables, routeTableFindings } from './route-tables.ts';

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
  const routes = vipRoutesIn(vip, overlay, tables.value);
  const wrong = routes.filter(({ target, state }) => target !== wanted || state === 'blackhole');
  const found = wrong.map((route) => {
    const have = route.target === undefined ? 'absent' : `${route.target || 'another kind of target'} (${route.state})`;
    const remedy = routeRemedy(desired, route, master, proxies, wanted);
    const values = { have, want: `${wanted} of ${master.host}` };
    return finding(reasonOf(route, routes), `route to ${vip} in ${route.table.id}`, values, remedy);
  });
  return [
    ...found,
    ...routeTableFindings(desired, overlay, proxies, tables.value),
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
