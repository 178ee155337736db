import type { Cluster } from '../../crds/fleet.ts';
import { act, blind, type Drift, notice, type Remedy, wait } from '../drift.ts';
import { ec2Step, isOurs } from '../ec2-tags.ts';
import { type GroundSight, groundAsks, groundSight, type PartSight } from '../ground.ts';
import { marks } from '../marks.ts';
import { bind, type Desired } from '../reconciler.ts';
import type { Action } from '../verbs/index.ts';

interface UnwantedGround extends Desired {
  readonly cluster: Cluster;
  /** Hosts of ours that are still there, or could not be seen. */
  readonly hosts: readonly string[];
}

const questions = ({ cluster }: UnwantedGround) => ({
  ...groundAsks(cluster),
  interfaces: {
    what: 'address-owner' as const,
    addresses: cluster.hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : [])).sort(),
  },
});

/** The network around the hosts, once they are gone: what lies in the VPC before the VPC itself. */
export const grounds = bind<UnwantedGround, ReturnType<typeof questions>>({
  concern: 'network',
  desire: ({ cluster }, inventory) =>
    cluster.network.vpc
      ? [
          {
            subject: 'network/vpc',
            needs: [],
            cluster,
            hosts: cluster.hosts.flatMap(({ name, origin }) =>
              'create' in origin && inventory.get(name)?.state !== 'absent' ? [name] : [],
            ),
          },
        ]
      : [],
  questions,
  diff: (desired, { interfaces, ...seen }) => {
    const { cluster, hosts } = desired;
    const sight = groundSight(cluster, false, seen);
    const cards =
      interfaces.state === 'present'
        ? interfaces.value.filter((one) => one.tags[marks.ec2Cluster] === cluster.name)
        : [];
    const parts = partsOf(cluster, sight);
    if (interfaces.state !== 'present') return [];
    if (hosts.length || cards.length) {
      const words = hosts.length
        ? `${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} still there`
        : 'network interfaces are still there';
      return parts
        .filter(({ state }) => state !== 'adopted')
        .map((part) => finding(part, notice(`it goes once nothing is in it: ${words}`)));
    }
    // One after the other: EC2 refuses to delete what holds anything.
    const [next] = parts.filter(({ state }) => state === 'ours');
    return parts.map((part) => finding(part, remedyOf(part, next)));
  },
});

interface UnwantedPart {
  readonly name: string;
  readonly id: string;
  readonly state: 'ours' | 'adopted' | 'unseen';
  readonly reason: string;
  readonly away: readonly Action[];
}

function remedyOf(part: UnwantedPart, next: UnwantedPart | undefined): Remedy {
  if (part.state === 'adopted') return notice('adopted: it is left alone');
  if (part.state === 'unseen') return blind(part.reason);
  return part === next ? act(part.away) : wait(`${next?.name ?? 'what is in it'} first`, 'network/vpc');
}

function finding(part: UnwantedPart, remedy: Remedy): Drift {
  const adopted = part.state === 'adopted';
  return {
    subject: 'network/vpc',
    field: part.name,
    want: adopted ? 'as it is' : 'gone',
    have: part.id,
    hurts: [],
    remedy,
  };
}

/** What of the network is there, in the order in which it goes. */
function partsOf(cluster: Cluster, sight: GroundSight): readonly UnwantedPart[] {
  const { network, name } = cluster;
  const gateways = sight.gateways.state === 'present' ? sight.gateways.value.filter((one) => isOurs(one, name)) : [];
  const ours = (origin: object | undefined) => origin !== undefined && 'create' in origin;
  return [
    ...partOf('security group', ours(network.securityGroup?.origin), sight.group, (id) => [
      ec2Step(`delete security group ${id}`, 'DeleteSecurityGroup', { GroupId: id }),
    ]),
    ...network.subnets.flatMap((subnet) =>
      partOf(`subnet ${subnet.name}`, ours(subnet.origin), sight.subnet(subnet.name), (id) => [
        ec2Step(`delete subnet ${id} (${subnet.name})`, 'DeleteSubnet', { SubnetId: id }),
      ]),
    ),
    ...gateways.map(
      ({ id, vpcIds }): UnwantedPart => ({
        name: 'internet gateway',
        id,
        state: ours(network.internetGateway) ? 'ours' : 'adopted',
        reason: '',
        away: [
          ...vpcIds.map((vpcId) =>
            ec2Step(`detach internet gateway ${id}`, 'DetachInternetGateway', { InternetGatewayId: id, VpcId: vpcId }),
          ),
          ec2Step(`delete internet gateway ${id}`, 'DeleteInternetGateway', { InternetGatewayId: id }),
        ],
      }),
    ),
    ...partOf('VPC', ours(network.vpc), sight.vpc, (id) => [ec2Step(`delete VPC ${id}`, 'DeleteVpc', { VpcId: id })]),
  ];
}

/** What stands in the place of ours without our tag is not ours to delete: nothing is said of it here. */
function partOf(
  name: string,
  ours: boolean,
  sight: PartSight<{ readonly id: string }>,
  away: (id: string) => readonly Action[],
): readonly UnwantedPart[] {
  if (sight.state === 'unseen')
    return [{ name, id: 'could not be seen', state: 'unseen', reason: sight.reason, away: [] }];
  if (sight.state !== 'there') return [];
  const { id } = sight.value;
  return [{ name, id, state: ours ? 'ours' : 'adopted', reason: '', away: away(id) }];
}
