import type { Fleet } from '../../crds/fleet.ts';
import type { OvsPort } from '../../reconcilers/facts/ovs/ovs.ts';
import type { World } from '../world.ts';

/** Pairs of hosts whose tunnel does not let packets pass both ways, such as `redis-1 and redis-2`. */
export function cutTunnels(world: World, { cluster }: Fleet): readonly string[] {
  const { hosts } = cluster;
  return hosts.flatMap(({ name: one, role }, index) =>
    hosts
      .slice(index + 1)
      .filter((other) => role === 'redis' || other.role === 'redis')
      .filter(({ name: other }) => !passes(world, one, other) || !passes(world, other, one))
      .map(({ name: other }) => `${one} and ${other}`),
  );
}

/** Whether some port of `to` takes what some port of `from` sends. */
function passes(world: World, from: string, to: string): boolean {
  const [sending, receiving] = [tunnels(world, from, to), tunnels(world, to, from)];
  return sending.some(({ options: sent }) =>
    receiving.some(({ options: taken }) => {
      const key = taken['in_key'] ?? taken['key'];
      return key === 'flow' || key === (sent['out_key'] ?? sent['key']);
    }),
  );
}

/** The tunnels that a host has to another one, on the bridge of its tenants. */
function tunnels(world: World, from: string, to: string): readonly OvsPort[] {
  const address = world.ec2.instances.find(({ tags }) => tags['Name'] === to)?.privateAddress;
  const ports = world.hosts[from]?.ovs?.bridges.flatMap((bridge) => bridge.ports) ?? [];
  return ports.filter(
    ({ type, ofport, options }) => type === 'gre' && (ofport ?? 0) > 0 && options['remote_ip'] === address,
  );
}
