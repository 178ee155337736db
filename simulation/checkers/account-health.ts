import type { Fleet } from '../../crds/fleet.ts';
import { leadsTo, natGatewayOf, tableOf } from '../../reconcilers/shared/route-tables.ts';
import { hasPublicAddress } from '../../reconcilers/shared/way-out.ts';
import type { World } from '../world.ts';

/** Problems of the VPC network. It is healthy if none is declared, or if each part exists once and allows the required traffic. */
export function networkViolations({ ec2 }: World, { cluster, tenants, proxyPairs }: Fleet): readonly string[] {
  const { vpc, subnets, internetGateway, securityGroup, egress } = cluster.network;
  if (!vpc) return [];
  const ours = <T extends { readonly tags: Readonly<Record<string, string>> }>(list: readonly T[]) =>
    list.filter(({ tags }) => tags['ec2-redis-operator/cluster'] === cluster.name);
  const group = ours(ec2.groups)[0];
  const lets = (protocol: string, source: string | undefined, port?: number) =>
    group?.ingress.some((one) => one.protocol === protocol && one.source === source && one.from === port);
  const counts = [
    [ours(ec2.vpcs).length, 1, 'VPCs'],
    [ours(ec2.subnets).length, subnets.length, 'subnets'],
    [ours(ec2.gateways).length, internetGateway ? 1 : 0, 'internet gateways'],
    [ours(ec2.groups).length, 1, 'security groups'],
    [ours(ec2.natGateways).length, egress?.natGateways.length ?? 0, 'NAT gateways'],
    [ours(ec2.endpoints).length, Object.values(egress?.endpoints ?? {}).filter(Boolean).length, 'endpoints'],
    [ours(ec2.interfaces).length, cluster.hosts.length, 'network interfaces'],
    [ours(ec2.instances).filter((one) => one.state !== 'terminated').length, cluster.hosts.length, 'instances'],
  ] as const;
  const { sshFrom = [], clientsFrom = [] } = securityGroup ?? {};
  const open = tenants.flatMap(({ expose }) => (expose ? [expose.port] : []));
  return [
    ...proxyPairs.flatMap(({ name, vip, publicAddress }) => {
      const bound = ours(ec2.elasticAddresses).filter(({ boundTo }) => boundTo?.address === vip);
      return publicAddress && bound.length !== 1 ? [`${bound.length} public addresses of ${name}`] : [];
    }),
    ...counts.flatMap(([have, want, what]) => (have === want ? [] : [`${have} ${what} of ${want}`])),
    ...(lets('47', group?.id) && lets('112', group?.id) && lets('icmp', group?.id)
      ? []
      : ['hosts do not reach each other']),
    ...sshFrom.flatMap((range) => (lets('tcp', range, 22) ? [] : [`no SSH from ${range}`])),
    ...open.flatMap((port) =>
      clientsFrom.flatMap((range) => (lets('tcp', range, port) ? [] : [`no way in to port ${port} from ${range}`])),
    ),
    ...cluster.hosts.flatMap(({ name, origin }) => {
      const nat = 'create' in origin && natGatewayOf(cluster, origin.create.subnet);
      const nic = ec2.interfaces.find(({ addresses }) =>
        addresses.some((one) => 'create' in origin && one.address === origin.create.address),
      );
      const table = nic && tableOf({ id: nic.subnetId ?? '', vpcId: nic.vpcId ?? '' }, ec2.routeTables);
      return nat && !leadsTo(table, ours(ec2.natGateways)[0]?.id ?? '') ? [`${name}: no way by the NAT gateway`] : [];
    }),
    ...(internetGateway &&
    !ec2.routeTables.some(({ main, routes }) => main && routes.some((one) => one.destination === '0.0.0.0/0'))
      ? ['no default route']
      : []),
  ];
}

/** Problems of the hosts' instances. */
export function instanceViolations({ ec2, hosts }: World, { cluster, proxyPairs }: Fleet): readonly string[] {
  const overlaid = new Set(proxyPairs.flatMap((pair) => (pair.overlay ? pair.hosts : [])));
  return cluster.hosts.flatMap(({ name, origin }) => {
    if (!('create' in origin)) return [];
    const instance = instanceOf(ec2, name);
    const nic = ec2.interfaces.find((one) => one.networkInterfaceId === instance?.networkInterfaceId);
    const data = ec2.volumes.filter(({ tags }) => isDataOf(name, tags));
    const faults = [
      [data.length !== (origin.create.dataVolume ? 1 : 0), 'data volumes'],
      [data.some((one) => one.instanceId !== instance?.instanceId), 'data volume elsewhere'],
      [data.some((one) => one.deleteOnTermination), 'data volume deleted with its instance'],
      [data.some(({ id }) => hosts[name]?.dataVolume !== id), 'data volume not mounted'],
      [instance?.state !== 'running', 'does not run'],
      [instance?.privateAddress !== origin.create.address, 'address'],
      [instance?.placementGroup !== (origin.create.spread ? `${cluster.name}-redis` : undefined), 'placement group'],
      [!instance?.imdsv2, 'IMDSv1'],
      [nic?.sourceDestCheck !== !overlaid.has(name), 'source/dest check'],
      [!nic?.deleteOnTermination, 'interface stays'],
      [hasPublicAddress(cluster, origin.create) !== (instance?.publicAddress !== undefined), 'public address'],
      [nic?.groupIds.join() !== ec2.groups.find(({ vpcId }) => vpcId === nic?.vpcId)?.id, 'groups'],
    ] as const;
    return faults.flatMap(([wrong, what]) => (wrong ? [`${name}: ${what}`] : []));
  });
}

function isDataOf(host: string, tags: Readonly<Record<string, string>>): boolean {
  return tags['ec2-redis-operator/part'] === 'data' && tags['ec2-redis-operator/host'] === host;
}

/** Hosts that run without the declared SR-IOV, or with another driver. */
export function srIovViolations({ ec2, hosts }: World, { cluster }: Fleet): readonly string[] {
  return cluster.hosts.flatMap(({ name, origin }) => {
    const wanted = 'create' in origin && origin.create.enhancedNetworking === 'sriov';
    const instance = instanceOf(ec2, name);
    if (!wanted) return [];
    if (!instance?.sriov) return [`${name}: SR-IOV is off`];
    const nic = hosts[name]?.system.nic;
    return nic === 'ixgbevf' ? [] : [`${name}: its network interface runs with ${nic ?? 'no driver'}`];
  });
}

function instanceOf({ instances }: World['ec2'], host: string): World['ec2']['instances'][number] | undefined {
  return instances.find(({ tags, state }) => tags['ec2-redis-operator/host'] === host && state !== 'terminated');
}
