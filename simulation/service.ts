import type { RespReply } from '../reconcilers/facts/fact.ts';
import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import { sumOf } from './files.ts';
import { reached } from './network.ts';
import { replicasOf } from './redis.ts';
import type { NoReply } from './resp.ts';
import { type Container, type HostWorld, hostOf, type World } from './world.ts';

/** What a client on a proxy host gets at a tenant's virtual address. */
export function renderService(world: World, { endpoint }: FactRequestOf<'service'>): readonly RespReply[] | NoReply {
  const { address: vip, port, tenant, password, previousPassword } = endpoint;
  const holder = holderFrom(world, endpoint.through[0] ?? '', vip);
  const binds = Object.values(holder?.haproxy?.loaded ?? {}).some((text) => text.includes(` bind ${vip}:${port} `));
  if (!holder || !binds) return { noReply: `no connection to ${vip}:${port}`, kind: 'no-connection' };
  const found = admittedBy(world, holder, tenant);
  if (!found?.container.redis) return { noReply: `${vip}:${port} closed the connection`, kind: 'lost' };
  const { host, container } = found;
  const { redis } = found.container;
  if (redis.stopped) return { noReply: `${vip}:${port} does not respond in time`, kind: 'no-reply' };
  if (![password, previousPassword].some((one) => one && redis.accepted.includes(sumOf(one.reveal()))))
    return { noReply: `${vip}:${port} refused the password`, kind: 'password' };
  if (redis.of !== undefined) return [{ error: "READONLY You can't write against a read only replica." }];
  if (replicasOf(world, host, container).length < Number(redis.settings['min-replicas-to-write'] ?? 0))
    return [{ error: 'NOREPLICAS Not enough good replicas to write.' }];
  return [0];
}

/** The host that packets to the virtual address reach: the client's own if it has it, otherwise that of its ENI, if that has it. */
function holderFrom(world: World, client: string, vip: string): HostWorld | undefined {
  const own = hostOf(world, client);
  if (hasAddress(own, vip)) return own;
  const nic =
    world.ec2.interfaces.find(
      ({ vpcId, addresses }) => vpcId !== 'vpc-2' && addresses.some(({ address }) => address === vip),
    ) ?? routedFrom(world, own, vip);
  const instance = world.ec2.instances.find((one) => one.networkInterfaceId === nic?.networkInterfaceId);
  const primary = instance?.state === 'running' ? instance.privateAddress : undefined;
  return Object.values(world.hosts).find(
    (host) => primary !== undefined && hasAddress(host, primary) && hasAddress(host, vip),
  );
}

/** The interface that the route table of the client's subnet leads to, if EC2 lets packets to other addresses through to it. */
function routedFrom({ ec2 }: World, client: HostWorld, vip: string): World['ec2']['interfaces'][number] | undefined {
  const from = ec2.instances.find(
    ({ privateAddress }) => privateAddress !== undefined && hasAddress(client, privateAddress),
  );
  const inVpc = ec2.routeTables.filter(({ vpcId }) => vpcId === from?.vpcId);
  const table =
    inVpc.find(({ associations }) => associations.some((one) => one.subnetId === from?.subnetId)) ??
    inVpc.find(({ main }) => main);
  const route = table?.routes.find(({ destination, state }) => destination === `${vip}/32` && state === 'active');
  return ec2.interfaces.find((one) => one.networkInterfaceId === route?.target && !one.sourceDestCheck);
}

function hasAddress({ links }: HostWorld, address: string): boolean {
  return links.some(({ addresses }) => addresses.some((one) => one.split('/')[0] === address));
}

/** The member that HAProxy on this host forwards connections of the tenant to. */
function admittedBy(
  world: World,
  proxy: HostWorld,
  tenant: string,
): { readonly host: HostWorld; readonly container: Container } | undefined {
  const up = Object.entries(proxy.haproxy?.servers ?? {}).flatMap(([key, { up }]) => (up ? [key] : []));
  const member = up.find((key) => key.startsWith(`redis.${tenant}/`))?.split('/')[1];
  const name = `${tenant}-${member}`;
  const host = Object.values(world.hosts).find(({ containers }) => name in containers);
  const container = host?.containers[name];
  return host && container && reached(world, proxy, container.address) === container ? { host, container } : undefined;
}
