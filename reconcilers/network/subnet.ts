import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { dependsOn, manual, settling } from '../contract/remedy.ts';
import type { SubnetFacts } from '../facts/ec2/vpc-network.ts';
import { ec2Step, partTags } from '../shared/ec2-tags.ts';
import type { PartContext } from './desired.ts';
import { subnetIsFixed } from './messages.ts';
import { presenceFindings } from './presence.ts';

/** A subnet: it exists in the VPC, with the declared CIDR and availability zone, which it can never change. */
export function subnetFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { cluster, part } = desired;
  const declared = cluster.network.subnets.find(({ name }) => part.kind === 'subnet' && name === part.subnet);
  if (!declared) return [];
  const { name, cidr, zone } = declared;
  const field = `subnet ${name}`;
  const want = `${cidr} in ${zone}`;
  const found = state.subnet(name);
  if (found.state === 'present') return settingsFindings(context, found.value, { cidr, zone });
  if (state.vpc.state !== 'present')
    return [finding('Missing', field, { have: 'absent', want }, dependsOn('network/vpc'))];
  const create = ec2Step(`create subnet ${name} (${want})`, 'CreateSubnet', {
    VpcId: state.vpc.value.id,
    CidrBlock: cidr,
    AvailabilityZone: zone,
    TagSpecifications: partTags('subnet', cluster, `subnet-${name}`),
  });
  return presenceFindings(context, field, want, found, [create]);
}

function settingsFindings(
  { state: { vpc }, finding }: PartContext,
  subnet: SubnetFacts,
  declared: { readonly cidr: string; readonly zone: string },
): readonly Finding[] {
  const { id } = subnet;
  const differs = (reason: Reason, name: string, want: string, have: string) =>
    want === have ? [] : [finding(reason, `${name} of ${id}`, { have, want }, manual(subnetIsFixed(id, name, have)))];
  if (subnet.state === 'pending') {
    const values = { have: 'pending', want: 'available' };
    return [finding('NotAvailableYet', `subnet ${id}`, values, settling('EC2 reports the subnet as pending'))];
  }
  return [
    ...differs('VpcDiffers', 'VPC', vpc.state === 'present' ? vpc.value.id : subnet.vpcId, subnet.vpcId),
    ...differs('CidrDiffers', 'CIDR', declared.cidr, subnet.cidr),
    ...differs('AvailabilityZoneDiffers', 'availability zone', declared.zone, subnet.zone),
  ];
}
