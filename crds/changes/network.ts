import { below, type ChangeRow, row } from './change.ts';

const origin = (part: string) => `${part}.create ${part}.adopt.id ${part}.adopt.tag.key ${part}.adopt.tag.value`;

/** What a change of each field of spec.network of a Cluster does. */
export const networkChanges: readonly ChangeRow[] = below('spec.network', [
  row(
    'operator',
    'vpcCidr',
    'for the checks of the documents; the CIDR of a VPC itself cannot change, which is reported',
  ),
  row('refused', origin('vpc'), 'hosts do not move between VPCs: declare a new Cluster there'),
  row(
    'at creation',
    `${origin('internetGateway')} ${origin('securityGroup')}`,
    'one that is missing is created, or the adopted one is used; the former one stays, and is reported where it still serves',
  ),
  row(
    'live',
    'securityGroup.sshFrom[] securityGroup.clientsFrom[]',
    'rules are added, and of a created group also removed',
  ),
  row(
    'at creation',
    'egress.publicAddresses',
    'EC2 gives a host a public address only at its launch; for others the way is reported',
  ),
  row(
    'at creation',
    `${origin('egress.natGateways[]')} egress.natGateways[].subnet`,
    'one that is missing is created; the former one stays',
  ),
  row(
    'live',
    'egress.natGateways[].serves[]',
    'the route of each subnet is set; one in use by hosts is reported instead',
  ),
  row(
    'at creation',
    `${origin('egress.endpoints.ec2')} ${origin('egress.endpoints.s3')}`,
    'one that is missing is created; the former one stays',
  ),
  row('at creation', 'subnets[].name', 'another subnet is created or adopted; hosts stay in theirs'),
  row(
    'refused',
    'subnets[].cidr subnets[].zone',
    'a subnet cannot change them: declare the former value again, or declare another subnet',
  ),
  row('at creation', origin('subnets[]'), 'one that is missing is created, or the adopted one is used'),
]);
