import type { Finding } from '../contract/finding.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import { defaultRouteText, leadsTo, natGatewayOf, subnetsWithHosts, tableOf } from '../shared/route-tables.ts';
import type { PartContext } from './desired.ts';
import { subnetRoutedElsewhere } from './messages.ts';

/** The way of public addresses to the internet: the default route of each subnet with created hosts leads to the internet gateway. */
export function egressFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { vpc, gateways, routeTables } = state;
  const missing = [gateways, routeTables].find((one) => one.state !== 'present');
  if (missing)
    return [finding('NotObserved', 'routes', { have: 'unknown', want: 'to the internet' }, notObserved(missing))];
  if (vpc.state !== 'present' || gateways.state !== 'present' || routeTables.state !== 'present') return [];
  const vpcId = vpc.value.id;
  const gateway = gateways.value.find(({ vpcIds }) => vpcIds.includes(vpcId));
  if (!gateway) return [];
  const subnets = subnetsWithHosts(desired.cluster).filter((name) => !natGatewayOf(desired.cluster, name));
  return subnets.flatMap((name) => {
    const subnet = state.subnet(name);
    if (subnet.state !== 'present') return [];
    const table = tableOf(subnet.value, routeTables.value);
    // The route in the main table belongs to the internet gateway.
    if (!table || table.main || leadsTo(table, gateway.id)) return [];
    const values = { have: defaultRouteText(table), want: gateway.id };
    const remedy = manual(subnetRoutedElsewhere(name, table.id, gateway.id));
    return [finding('EgressRouteDiffers', `default route of subnet ${name}`, values, remedy)];
  });
}
