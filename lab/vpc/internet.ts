import type { Ec2State, VpcSubnet } from '../ec2/state.ts';
import { EC2_API, ENDPOINT_PORT, INTERNET, OUTSIDE, PACKAGES } from '../topology.ts';
import { set } from './nft.ts';
import { apiEndpoint, endpointAddresses, hasS3Endpoint, publicPairs, type Way, wayOf } from './ways.ts';

/**
 * The internet, as an nftables table of the VPC's router. A host reaches it only by a way that its subnet's route table gives: by an internet
 * gateway with a public address, or by a NAT gateway that has such a way itself; otherwise its packets are dropped, as in AWS. Answers need
 * one too. The EC2 API and S3 are on the internet as well, and have endpoints besides. From outside, only public addresses and the EC2 API are reached. Security groups apply to private addresses, in another table.
 */
export function internetRuleset(state: Ec2State): string {
  const pairs = publicPairs(state);
  const nats = state.natGateways.filter((one) => one.state === 'available' && one.publicAddress !== undefined);
  const shown = [...pairs.map((one) => one.address), ...nats.flatMap((one) => one.publicAddress ?? [])];
  return [
    'table ip internet',
    'delete table ip internet',
    'table ip internet {',
    ...set('set public', 'ipv4_addr', shown),
    ...set(
      'set private',
      'ipv4_addr',
      pairs.map((one) => one.privateAddress),
    ),
    ...set('set endpoints', 'ipv4_addr', endpointAddresses(state)),
    ...set(
      'map inward',
      'ipv4_addr : ipv4_addr',
      pairs.map((one) => `${one.address} : ${one.privateAddress}`),
    ),
    ...set(
      'map outward',
      'ipv4_addr : ipv4_addr',
      pairs.map((one) => `${one.privateAddress} : ${one.address}`),
    ),
    ...state.subnets.flatMap((subnet) => subnetChain(state, subnet)),
    ...chain('ways', 'filter hook prerouting priority mangle', [
      `iifname "${OUTSIDE.bridge}" ip daddr @public accept`,
      `iifname "${OUTSIDE.bridge}" ip daddr ${EC2_API.address} tcp dport ${EC2_API.port} accept`,
      `iifname "${OUTSIDE.bridge}" drop`,
      ...state.subnets.map(
        (subnet) => `iifname "${subnet.bridge}" ip daddr { ${PLACES.join(', ')} } jump ${chainOf(subnet)}`,
      ),
    ]),
    ...chain('translated', 'nat hook prerouting priority dstnat', [
      'dnat to ip daddr map @inward',
      ...state.subnets.flatMap((subnet) => toEndpoint(state, subnet)),
    ]),
    ...chain('translating', 'nat hook postrouting priority srcnat', [
      ...nats.map((one, index) => `ct mark ${index + 1} snat to ${one.publicAddress}`),
      `oifname "${OUTSIDE.bridge}" snat to ip saddr map @outward`,
      // From one host to the public address of another.
      `ct original ip daddr ${INTERNET.cidr} snat to ip saddr map @outward`,
    ]),
    ...chain('served', 'filter hook input priority -10', [`tcp dport ${ENDPOINT_PORT} ip daddr != @endpoints drop`]),
    '}',
    '',
  ].join('\n');
}

/** The places on the internet of a lab. */
const PLACES = [INTERNET.cidr, OUTSIDE.cidr, EC2_API.address];

/** What becomes of packets of a subnet that go to the internet. */
function subnetChain(state: Ec2State, subnet: VpcSubnet): string[] {
  const rules = [
    [INTERNET.cidr, INTERNET.address],
    [OUTSIDE.cidr, OUTSIDE.address],
    // Its address is one of the lab's own network, and stands for one on the internet.
    [EC2_API.address, INTERNET.address],
  ].map(([cidr = '', address = '']) => `ip daddr ${cidr} ${verdict(state, wayOf(state, subnet, address))}`);
  const byEndpoint = [
    ...(apiEndpoint(state, subnet.vpcId) ? [`ip daddr ${EC2_API.address} accept`] : []),
    ...(hasS3Endpoint(state, subnet) ? [`ip daddr ${PACKAGES.s3} accept`] : []),
  ];
  return [`  chain ${chainOf(subnet)} {`, ...[...byEndpoint, ...rules].map((rule) => `    ${rule}`), '    drop', '  }'];
}

function verdict(state: Ec2State, way: Way): string {
  if (way.by === 'none') return 'drop';
  if (way.by === 'gateway') return 'ip saddr @private accept';
  const nats = state.natGateways.filter((one) => one.state === 'available' && one.publicAddress !== undefined);
  // Answers do not pass a NAT gateway: a connection from outside needs a way back by the internet gateway.
  return `ct direction original ct mark set ${nats.indexOf(way.nat) + 1} accept`;
}

/** Private DNS: in its VPC, the name of the API is the address of the endpoint. */
function toEndpoint(state: Ec2State, subnet: VpcSubnet): string[] {
  const addresses = apiEndpoint(state, subnet.vpcId)?.addresses ?? [];
  const own = state.interfaces.find((one) => one.host.subnet.id === subnet.id && addresses.includes(one.host.address));
  const address = own?.host.address ?? addresses[0];
  if (address === undefined) return [];
  const to = `ip daddr ${EC2_API.address} tcp dport ${EC2_API.port}`;
  return [`iifname "${subnet.bridge}" ${to} dnat to ${address}:${ENDPOINT_PORT}`];
}

function chain(name: string, type: string, rules: readonly string[]): string[] {
  return [`  chain ${name} {`, `    type ${type}; policy accept;`, ...rules.map((rule) => `    ${rule}`), '  }'];
}

function chainOf(subnet: VpcSubnet): string {
  return `from_${subnet.id.replace('-', '_')}`;
}
