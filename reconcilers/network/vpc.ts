import { cidr, contains } from '../../crds/schema/address.ts';
import type { Finding } from '../contract/finding.ts';
import { act, manual, settling } from '../contract/remedy.ts';
import type { Vpc } from '../facts/ec2/vpc-network.ts';
import type { Action } from '../operations/actions.ts';
import { ec2Step, isOwnedBy, partTags } from '../shared/ec2-tags.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import type { PartContext } from './desired.ts';
import { vpcRangeIsFixed } from './messages.ts';
import { presenceFindings } from './presence.ts';

/** The VPC: it exists once, with the declared CIDR. */
export function vpcFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { name, network } = desired.cluster;
  const { vpcCidr } = network;
  const create = ec2Step(`create VPC ${name}-vpc (${vpcCidr})`, 'CreateVpc', {
    CidrBlock: vpcCidr,
    TagSpecifications: partTags('vpc', desired.cluster, 'vpc'),
  });
  if (state.vpc.state !== 'present') return presenceFindings(context, 'VPC', vpcCidr, state.vpc, [create]);
  const vpc = state.vpc.value;
  if (vpc.state !== 'available') {
    const values = { have: vpc.state, want: 'available' };
    return [finding('NotAvailableYet', `VPC ${vpc.id}`, values, settling(`EC2 reports the VPC as ${vpc.state}`))];
  }
  return [
    ...rangeFindings(context, vpc),
    ...state.duplicates.map((duplicate) => duplicateFinding(context, vpc, duplicate)),
  ];
}

function rangeFindings({ desired, finding }: PartContext, vpc: Vpc): readonly Finding[] {
  const { vpcCidr } = desired.cluster.network;
  const declared = cidr(vpcCidr);
  const covers = vpc.cidrs.some((one) => {
    const range = cidr(one);
    return declared && range && contains(range, declared.first) && contains(range, declared.last);
  });
  if (covers) return [];
  const values = { have: vpc.cidrs.join(', '), want: vpcCidr };
  return [finding('CidrDiffers', `CIDR of ${vpc.id}`, values, manual(vpcRangeIsFixed(vpc.cidrs[0] ?? '')))];
}

/**
 * A VPC has neither a unique name nor a client token, so one whose creation was not answered, or was not shown for a while, is created
 * again. The one that holds less is deleted part by part; EC2 refuses to delete a VPC that holds anything.
 */
function duplicateFinding(
  { desired, state, finding }: PartContext,
  kept: Vpc,
  { vpc, subnets, groups }: VpcNetworkState['duplicates'][number],
): Finding {
  const { gateways } = state;
  const attached = gateways.state === 'present' ? gateways.value.filter(({ vpcIds }) => vpcIds.includes(vpc.id)) : [];
  const contents: readonly Action[] = [
    ...subnets.map(({ id }) => ec2Step(`delete subnet ${id} of duplicate ${vpc.id}`, 'DeleteSubnet', { SubnetId: id })),
    ...groups.map(({ id }) =>
      ec2Step(`delete security group ${id} of duplicate ${vpc.id}`, 'DeleteSecurityGroup', { GroupId: id }),
    ),
    ...attached
      .filter((one) => isOwnedBy(one, desired.cluster.name))
      .map(({ id }) =>
        ec2Step(`detach internet gateway ${id} from duplicate ${vpc.id}`, 'DetachInternetGateway', {
          InternetGatewayId: id,
          VpcId: vpc.id,
        }),
      ),
  ];
  const itself = ec2Step(`delete duplicate VPC ${vpc.id}`, 'DeleteVpc', { VpcId: vpc.id });
  const values = { have: `duplicate of ${kept.id}`, want: 'absent' };
  return finding('Duplicate', `VPC ${vpc.id}`, values, act(contents.length ? contents : [itself]));
}
