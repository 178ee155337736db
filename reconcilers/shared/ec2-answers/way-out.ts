import type { Row } from './row.ts';

/** Route tables, NAT gateways and VPC endpoints. Source: EC2 API Reference, "Error codes for the Amazon EC2 API"; AWS PrivateLink Guide. */
export const wayOut: readonly Row[] = [
  {
    codes: /^InvalidParameter$/,
    says: /enableDnsHostnames/,
    kind: 'refused',
    means: 'An endpoint with private DNS needs DNS support and DNS hostnames of the VPC, which is not modified here',
    todo: 'enable them (aws ec2 modify-vpc-attribute --vpc-id ID --enable-dns-hostnames, and --enable-dns-support)',
  },
  {
    codes: /^(InvalidParameter|RouteAlreadyExists)$/,
    says: /conflicting DNS domain|prefix-list/,
    // Not refused: a call whose answer was lost may have created it.
    kind: 'protocol',
    means: 'The VPC, or a route table of it, has an endpoint of this service already',
    todo: 'run again: if an earlier call created it, the next pass shows it; otherwise adopt it (aws ec2 describe-vpc-endpoints shows its id)',
  },
  {
    codes: /^Resource\.AlreadyAssociated$/,
    // Not refused: a call whose answer was lost may have done it.
    kind: 'protocol',
    means: 'It is associated with something else meanwhile',
    todo: 'run again: the next pass shows with what',
  },
  {
    codes: /^NatGatewayNotFound$/,
    kind: 'protocol',
    means: 'It does not exist any more, or does not show yet (EC2 is eventually consistent)',
    todo: 'try again in a minute, then check its id and the region',
  },
];
