import type { Cluster, HostName } from '../../crds/fleet.ts';
import type { Inventory } from '../../reconcilers/contract/inventory.ts';
import type { Instance } from '../../reconcilers/facts/ec2/instance.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { HostTarget } from '../transport/io.ts';

/** Where a host is reached, or why it cannot be. */
export type TargetOf = (host: string) => HostTarget | NoTarget;

/** `behind`: the host that it is reached through, if that one cannot be reached. */
interface NoTarget {
  readonly reason: string;
  readonly behind?: string;
}

/** The way to each host, by `spec.ssh.reach`. */
export function targetsIn(cluster: Cluster, inventory: Inventory): TargetOf {
  const { reach } = cluster.ssh;
  const at = (host: HostName, where: 'private' | 'public') => targetIn(cluster, inventory, host, where);
  if ('at' in reach) return (host) => at(host, reach.at);
  const { through } = reach;
  if ('host' in through) {
    const first = at(through.host, 'public');
    return (host) => (host === through.host ? first : behind(at(host, 'private'), first, through.host));
  }
  const bastion = { name: through.address, address: through.address, login: through.login };
  return (host) => behind(at(host, 'private'), bastion, bastion.name);
}

function behind(target: ReturnType<TargetOf>, first: ReturnType<TargetOf>, name: string): ReturnType<TargetOf> {
  if ('reason' in target) return target;
  return 'reason' in first ? { reason: first.reason, behind: name } : { ...target, via: first };
}

function targetIn(
  { hosts }: Cluster,
  inventory: Inventory,
  name: HostName,
  where: 'private' | 'public',
): ReturnType<TargetOf> {
  const found = inventory.get(name);
  if (found?.state !== 'present')
    return { reason: found?.state === 'unknown' ? found.reason : `EC2 shows no instance for ${name}` };
  const { state, privateAddress, publicAddress, instanceId, launched, tags } = found.value;
  if (state !== 'running') return { reason: `instance ${instanceId} is ${state}` };
  if (!privateAddress) return { reason: `instance ${instanceId} has no private address` };
  if (where === 'public' && !publicAddress) return { reason: noPublicAddress(name, found.value) };
  const login = hosts.find((host) => host.name === name)?.login;
  return {
    name,
    address: privateAddress,
    ...(where === 'public' && publicAddress ? { publicAddress } : {}),
    ...(login ? { login } : {}),
    ...(tags[markers.ec2Host] === name ? { made: { instanceId, launched } } : {}),
  };
}

/** VPC User Guide, "Public IPv4 addresses": an instance gets one when it is launched, or as an Elastic IP at any time. */
function noPublicAddress(name: string, { instanceId }: Instance): string {
  return `instance ${instanceId} has no public address, at which ${name} is to be reached (spec.ssh.reach), so that nothing is known about it. Give it an Elastic IP (aws ec2 allocate-address; aws ec2 associate-address --instance-id ${instanceId} --allocation-id ID), or choose another way to the hosts: reach private, or jump`;
}
