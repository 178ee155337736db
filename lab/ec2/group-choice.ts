import { Ec2Error } from './errors.ts';
import { find } from './find.ts';
import type { Ec2State, VpcSubnet } from './state.ts';

/** The groups `ids` for an interface in `subnet`, by default the VPC's `default` group; they must belong to its VPC. */
export function groupsFor(
  state: Ec2State,
  ids: readonly string[],
  subnet: Pick<VpcSubnet, 'id' | 'vpcId'>,
): readonly string[] {
  const groups = [...new Set(ids)].map((id) => find.group(state, id));
  const foreign = groups.find((group) => group.vpcId !== subnet.vpcId);
  if (foreign !== undefined)
    throw new Ec2Error(
      'InvalidParameter',
      `Security group ${foreign.id} and subnet ${subnet.id} belong to different networks.`,
    );
  if (groups.length > 5)
    throw new Ec2Error(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  if (groups.length > 0) return groups.map((group) => group.id);
  return state.groups.filter((one) => one.vpcId === subnet.vpcId && one.name === 'default').map((one) => one.id);
}
