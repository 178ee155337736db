import { type Drift, operator, wait } from '../drift.ts';
import { ec2Step, partTags } from '../ec2-tags.ts';
import type { GroundSight } from '../ground.ts';
import type { SubnetFacts } from '../questions/ground.ts';
import { type DesiredPart, finding, presenceDrift } from './desired.ts';

/** A subnet: in the VPC, of the declared range and zone, neither of which it can change. */
export function subnetDrift(desired: DesiredPart, sight: GroundSight): readonly Drift[] {
  const { cluster, part } = desired;
  const declared = cluster.network.subnets.find(({ name }) => part.kind === 'subnet' && name === part.subnet);
  if (!declared) return [];
  const { name, cidr, zone } = declared;
  const want = `${cidr} in ${zone}`;
  const found = sight.subnet(name);
  if (found.state === 'there') return factsDrift(desired, found.value, { cidr, zone }, sight);
  if (sight.vpc.state !== 'there')
    return [finding(desired, `subnet ${name}`, want, 'none', wait('rests on network/vpc', 'network/vpc'))];
  const make = ec2Step(`create subnet ${name} (${want})`, 'CreateSubnet', {
    VpcId: sight.vpc.value.id,
    CidrBlock: cidr,
    AvailabilityZone: zone,
    TagSpecifications: partTags('subnet', cluster.name, `subnet-${name}`),
  });
  return presenceDrift(desired, `subnet ${name}`, want, found, [make]);
}

function factsDrift(
  desired: DesiredPart,
  subnet: SubnetFacts,
  want: { readonly cidr: string; readonly zone: string },
  { vpc }: GroundSight,
): readonly Drift[] {
  const never = 'which a subnet keeps for life: declare what is there, or another subnet';
  const differs = (field: string, wanted: string, have: string) =>
    wanted === have
      ? []
      : [finding(desired, `${field} of ${subnet.id}`, wanted, have, operator(`${subnet.id} has ${have}, ${never}`))];
  if (subnet.state === 'pending')
    return [finding(desired, `subnet ${subnet.id}`, 'available', 'pending', wait('EC2 says pending'))];
  return [
    ...differs('VPC', vpc.state === 'there' ? vpc.value.id : subnet.vpcId, subnet.vpcId),
    ...differs('range', want.cidr, subnet.cidr),
    ...differs('zone', want.zone, subnet.zone),
  ];
}
