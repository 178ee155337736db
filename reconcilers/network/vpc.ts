import { cidr, contains } from '../../crds/address.ts';
import { act, type Drift, operator, wait } from '../drift.ts';
import { ec2Step, isOurs, partTags } from '../ec2-tags.ts';
import type { GroundSight } from '../ground.ts';
import type { Vpc } from '../questions/ground.ts';
import type { Action } from '../verbs/index.ts';
import { type DesiredPart, finding, presenceDrift } from './desired.ts';

/** The VPC: there, of the declared range, and one. */
export function vpcDrift(desired: DesiredPart, sight: GroundSight): readonly Drift[] {
  const { name, network } = desired.cluster;
  const { vpcCidr } = network;
  const make = ec2Step(`create VPC ${name}-vpc (${vpcCidr})`, 'CreateVpc', {
    CidrBlock: vpcCidr,
    TagSpecifications: partTags('vpc', name, 'vpc'),
  });
  if (sight.vpc.state !== 'there') return presenceDrift(desired, 'VPC', vpcCidr, sight.vpc, [make]);
  const vpc = sight.vpc.value;
  if (vpc.state !== 'available')
    return [finding(desired, `VPC ${vpc.id}`, 'available', vpc.state, wait(`EC2 says ${vpc.state}`))];
  return [...rangeDrift(desired, vpc), ...sight.twins.map((twin) => twinDrift(desired, vpc, twin, sight))];
}

function rangeDrift(desired: DesiredPart, vpc: Vpc): readonly Drift[] {
  const { vpcCidr } = desired.cluster.network;
  const declared = cidr(vpcCidr);
  const covers = vpc.cidrs.some((one) => {
    const range = cidr(one);
    return declared && range && contains(range, declared.first) && contains(range, declared.last);
  });
  if (covers) return [];
  const words = `a VPC keeps the range that it was made with: declare ${vpc.cidrs[0]} as spec.network.vpcCidr, or adopt another VPC`;
  return [finding(desired, `range of ${vpc.id}`, vpcCidr, vpc.cidrs.join(', '), operator(words))];
}

/**
 * A VPC has neither a name nor a token of its own, so one whose creation was not answered, or did not show for a while, is made again. The emptier
 * one goes, part by part; EC2 refuses to delete what holds anything.
 */
function twinDrift(
  desired: DesiredPart,
  kept: Vpc,
  { vpc, subnets, groups }: GroundSight['twins'][number],
  { gateways }: GroundSight,
): Drift {
  const attached = gateways.state === 'present' ? gateways.value.filter(({ vpcIds }) => vpcIds.includes(vpc.id)) : [];
  const inside: readonly Action[] = [
    ...subnets.map(({ id }) =>
      ec2Step(`delete subnet ${id} of ${vpc.id}, made twice`, 'DeleteSubnet', { SubnetId: id }),
    ),
    ...groups.map(({ id }) =>
      ec2Step(`delete security group ${id} of ${vpc.id}, made twice`, 'DeleteSecurityGroup', { GroupId: id }),
    ),
    ...attached
      .filter((one) => isOurs(one, desired.cluster.name))
      .map(({ id }) =>
        ec2Step(`detach internet gateway ${id} from ${vpc.id}, made twice`, 'DetachInternetGateway', {
          InternetGatewayId: id,
          VpcId: vpc.id,
        }),
      ),
  ];
  const itself = ec2Step(`delete VPC ${vpc.id}, made twice`, 'DeleteVpc', { VpcId: vpc.id });
  return finding(desired, `VPC ${vpc.id}`, `${kept.id} alone`, 'made twice', act(inside.length ? inside : [itself]));
}
