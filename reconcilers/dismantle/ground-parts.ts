import type { Cluster, Origin } from '../../crds/fleet.ts';
import { ec2Step, isOurs } from '../ec2-tags.ts';
import type { GroundSight, PartSight } from '../ground.ts';
import { reasonOf } from '../service.ts';
import type { Action } from '../verbs/index.ts';
import type { Ec2Action } from '../verbs/verb.ts';

/** One part of the network, whose it is, and how it goes. */
export interface UnwantedPart {
  readonly name: string;
  readonly id: string;
  readonly state: 'ours' | 'adopted' | 'unseen' | 'stuck';
  readonly reason: string;
  readonly away: readonly Action[];
}

/** What of the network is there, in the order in which it goes. */
export function partsOf(cluster: Cluster, sight: GroundSight): readonly UnwantedPart[] {
  const { network } = cluster;
  return [
    ...partOf('security group', ours(network.securityGroup?.origin), sight.group, (id) => [
      ec2Step(`delete security group ${id}`, 'DeleteSecurityGroup', { GroupId: id }),
    ]),
    ...network.subnets.flatMap((subnet) =>
      partOf(`subnet ${subnet.name}`, ours(subnet.origin), sight.subnet(subnet.name), (id) => [
        ec2Step(`delete subnet ${id} (${subnet.name})`, 'DeleteSubnet', { SubnetId: id }),
      ]),
    ),
    ...gatewayParts(cluster, sight),
    ...sight.twins.flatMap(twinParts),
    ...partOf('VPC', ours(network.vpc), sight.vpc, (id) => [ec2Step(`delete VPC ${id}`, 'DeleteVpc', { VpcId: id })]),
  ];
}

function ours(origin: Origin | undefined): boolean {
  return origin !== undefined && 'create' in origin;
}

function gatewayParts({ name, network }: Cluster, { gateways }: GroundSight): readonly UnwantedPart[] {
  const part = { name: 'internet gateway', away: [] };
  if (gateways.state !== 'present')
    return [{ ...part, id: 'could not be seen', state: 'unseen', reason: reasonOf(gateways) }];
  if (!ours(network.internetGateway))
    return gateways.value.map(({ id }) => ({ ...part, id, state: 'adopted', reason: '' }));
  return gateways.value
    .filter((one) => isOurs(one, name))
    .map(({ id, vpcIds }) => ({
      ...part,
      id,
      state: 'ours',
      reason: '',
      away: [
        ...vpcIds.map((vpcId) =>
          ec2Step(`detach internet gateway ${id}`, 'DetachInternetGateway', { InternetGatewayId: id, VpcId: vpcId }),
        ),
        ec2Step(`delete internet gateway ${id}`, 'DeleteInternetGateway', { InternetGatewayId: id }),
      ],
    }));
}

/** A VPC that was made twice goes too, with what of ours lies in it. */
function twinParts({ vpc, subnets, groups }: GroundSight['twins'][number]): readonly UnwantedPart[] {
  const part = (name: string, id: string, action: Ec2Action, field: string): UnwantedPart => ({
    name: `${name} ${id}, made twice`,
    id,
    state: 'ours',
    reason: '',
    away: [ec2Step(`delete ${name} ${id}, made twice`, action, { [field]: id })],
  });
  return [
    ...subnets.map(({ id }) => part('subnet', id, 'DeleteSubnet', 'SubnetId')),
    ...groups.map(({ id }) => part('security group', id, 'DeleteSecurityGroup', 'GroupId')),
    part('VPC', vpc.id, 'DeleteVpc', 'VpcId'),
  ];
}

/** What stands in the place of ours without our tag is not ours to delete: a person is told. An adopted thing that is gone is nobody's matter. */
function partOf(
  name: string,
  isOwn: boolean,
  sight: PartSight<{ readonly id: string }>,
  away: (id: string) => readonly Action[],
): readonly UnwantedPart[] {
  const nothing = { name, reason: '', away: [] };
  if (sight.state === 'unseen') return [{ ...nothing, id: 'could not be seen', state: 'unseen', reason: sight.reason }];
  if (sight.state === 'stuck')
    return isOwn ? [{ ...nothing, id: sight.have, state: 'stuck', reason: sight.reason }] : [];
  if (sight.state === 'missing') return [];
  const { id } = sight.value;
  return [{ name, id, state: isOwn ? 'ours' : 'adopted', reason: '', away: away(id) }];
}
