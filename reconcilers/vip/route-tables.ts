import type { Overlay } from '../../crds/fleet.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import { info, manual, notObserved } from '../contract/remedy.ts';
import type { RouteTable } from '../facts/ec2/vpc-network.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import { tableOf } from '../shared/route-tables.ts';
import { destinationOf, managedTables } from '../shared/vip-routes.ts';
import type { DesiredKeepalived, DesiredVip } from './desired.ts';
import type { ProxyState } from './proxy-states.ts';
import { formerVipRouted, notRouted, routeTableNotFound, routeUnmanaged } from './route-messages.ts';

export type RouteTables = Observation<readonly RouteTable[]>;

/** The route tables themselves: the declared ones exist, those of the proxies' subnets are managed, and no other one has the route. */
export function routeTableFindings(
  desired: DesiredVip,
  overlay: Overlay,
  proxies: readonly ProxyState[],
  shown: readonly RouteTable[],
): readonly Finding[] {
  const { subject, tenants, pair } = desired;
  const finding = findingsAbout(subject, { impacts: tenants });
  const missing = overlay.routeTables.filter((id) => !shown.some((one) => one.id === id));
  return [
    ...missing.map((id) => notFoundFinding(finding, id, pair)),
    ...uncoveredFindings(desired, overlay, proxies, shown, finding),
    ...unmanagedFindings(desired, overlay, shown),
  ];
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
