import { ACCOUNT_ID, REGION, ZONES } from '../topology.ts';
import { contains, knownCidr, parseAddress, sizeOf } from './cidr.ts';
import { described, type Listing, tagSet } from './listing.ts';
import type { Ec2State, VpcSubnet } from './state.ts';
import type { Xml } from './xml.ts';

const SUBNETS: Listing<VpcSubnet> = {
  set: 'subnetSet',
  ids: 'SubnetId',
  prefix: 'subnet',
  id: (row) => row.id,
  rows: (state) => state.subnets,
  fields: (state) => ({
    'availability-zone': (row) => [row.zone],
    availabilityZone: (row) => [row.zone],
    'availability-zone-id': (row) => [zoneId(row)],
    'available-ip-address-count': (row) => [String(freeAddresses(state, row))],
    'cidr-block': (row) => [row.cidr],
    cidr: (row) => [row.cidr],
    cidrBlock: (row) => [row.cidr],
    'default-for-az': () => ['false'],
    'map-public-ip-on-launch': (row) => [String(row.mapPublicIp)],
    'owner-id': () => [ACCOUNT_ID],
    state: () => ['available'],
    'subnet-arn': (row) => [arn(row)],
    'subnet-id': (row) => [row.id],
    'vpc-id': (row) => [row.vpcId],
  }),
  xml: subnetXml,
};

export const describeSubnets = described(SUBNETS);

/** Whether EC2 reserves the address: the first four of a subnet, and the last. */
export function isReserved(subnet: { readonly cidr: string }, address: number): boolean {
  const { first, bits } = knownCidr(subnet.cidr);
  return address < first + 4 || address === first + sizeOf(bits) - 1;
}

function freeAddresses(state: Ec2State, { cidr, prefix }: VpcSubnet): number {
  const block = knownCidr(cidr);
  const taken = state.interfaces
    .flatMap((one) => one.addresses)
    .filter((one) => contains(block, parseAddress(one) ?? -1));
  return sizeOf(prefix) - 5 - taken.length;
}

export function subnetXml(state: Ec2State, row: VpcSubnet): Xml {
  return {
    subnetId: row.id,
    subnetArn: arn(row),
    state: 'available',
    ownerId: ACCOUNT_ID,
    vpcId: row.vpcId,
    cidrBlock: row.cidr,
    ipv6CidrBlockAssociationSet: [],
    availableIpAddressCount: freeAddresses(state, row),
    availabilityZone: row.zone,
    availabilityZoneId: zoneId(row),
    defaultForAz: false,
    mapPublicIpOnLaunch: row.mapPublicIp,
    assignIpv6AddressOnCreation: false,
    tagSet: tagSet(state, row.id),
  };
}

function zoneId(row: VpcSubnet): string {
  return ZONES.find((zone) => zone.name === row.zone)?.id ?? '';
}

function arn(row: VpcSubnet): string {
  return `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:subnet/${row.id}`;
}
