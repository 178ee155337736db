import { type Issue, placeText } from '../issue.ts';
import { byName, type Check, type Declared, fault, type ProxyPairEntry } from '../load/declared.ts';
import { cidr, contains, ipv4, type Range, rangeText } from '../schema/address.ts';
import { SPECIAL } from './addresses.ts';

/** An overlay address is outside the VPC, and outside all that has a route of its own on the hosts or in the route tables. */
export const overlay: Check = (declared) =>
  declared.proxyPairs.flatMap((pair) =>
    pair.body.spec.overlay ? [...outside(declared, pair), ...withoutPublicAddress(pair)] : [],
  );

/**
 * In the VPC's range EC2 takes no route to a single address: a destination there must be the range of a subnet. Source: Amazon VPC User
 * Guide, "Route tables", "Example routing options".
 */
function outside({ clusters, tenants }: Declared, pair: ProxyPairEntry): readonly Issue[] {
  const { vip, clusterRef } = pair.body.spec;
  const [cluster, address] = [byName(clusters, clusterRef), ipv4(vip)];
  if (cluster === undefined || address === undefined) return [];
  const path = ['spec', 'vip'];
  const within = (range: Range | undefined) => range !== undefined && contains(range, address);
  const remedy = 'use an address that nothing in the VPC, its peers or the mesh has, such as 192.168.250.10';
  const { vpcCidr } = cluster.body.spec.network;
  const special = SPECIAL.find(([range]) => within(cidr(range)));
  if (special) return [fault(pair, path, `${vip} is in ${special[0]} (${special[1]})`, remedy)];
  if (within(cidr(vpcCidr))) {
    const problem = `${vip} is inside the VPC (${vpcCidr}), where no route can lead it to a network interface`;
    return [
      fault(pair, path, problem, 'use an address outside, or remove `overlay` and place both proxies in one subnet'),
    ];
  }
  const tenant = tenants.find(
    ({ body }) => body.spec.clusterRef === clusterRef && within(cidr(body.spec.network.cidr)),
  );
  const range = cidr(tenant?.body.spec.network.cidr ?? '');
  if (tenant === undefined || range === undefined) return [];
  const place = placeText(tenant.places.at(['spec', 'network', 'cidr']));
  return [fault(pair, path, `${vip} is in ${rangeText(range)} of tenant ${tenant.name} at ${place}`, remedy)];
}

/** An Elastic IP address is bound to a private address of a network interface. Source: EC2 API Reference, AssociateAddress. */
function withoutPublicAddress(pair: ProxyPairEntry): readonly Issue[] {
  const { vip, publicAddress } = pair.body.spec;
  if (publicAddress === undefined) return [];
  const problem = `${vip} is an overlay address, to which EC2 binds no public address: no network interface has it`;
  const remedy = 'remove `publicAddress`, or `overlay` with a vip of a subnet that both proxies are in';
  return [fault(pair, ['spec', 'publicAddress'], problem, remedy)];
}
