import type { Fleet } from '../../crds/fleet.ts';
import type { World } from '../../reconcilers/model/world.ts';

/** What is wrong with the network around the hosts: nothing is declared, or each part is there once, and lets in what the hosts need. */
export function networkIllness({ ec2 }: World, { cluster, tenants }: Fleet): readonly string[] {
  const { vpc, subnets, internetGateway } = cluster.network;
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
    [ours(ec2.interfaces).length, cluster.hosts.length, 'network interfaces'],
    [ours(ec2.instances).length, cluster.hosts.length, 'instances'],
  ] as const;
  const open = tenants.flatMap(({ expose }) => (expose ? [expose.port] : []));
  return [
    ...counts.flatMap(([have, want, what]) => (have === want ? [] : [`${have} ${what} of ${want}`])),
    ...(lets('47', group?.id) && lets('112', group?.id) && lets('icmp', group?.id)
      ? []
      : ['hosts do not reach each other']),
    ...(lets('tcp', '10.80.0.0/24', 22) ? [] : ['no SSH']),
    ...open.flatMap((port) => (lets('tcp', '10.0.0.0/8', port) ? [] : [`no way in to port ${port}`])),
    ...(internetGateway && !ec2.routeTables.some(({ routes }) => routes.some((one) => one.destination === '0.0.0.0/0'))
      ? ['no default route']
      : []),
  ];
}

/** What is wrong with the hosts' instances. */
export function instanceIllness({ ec2 }: World, { cluster }: Fleet): readonly string[] {
  return cluster.hosts.flatMap(({ name, origin }) => {
    if (!('create' in origin)) return [];
    const instance = ec2.instances.find(({ tags }) => tags['ec2-redis-operator/host'] === name);
    const card = ec2.interfaces.find((one) => one.networkInterfaceId === instance?.networkInterfaceId);
    const faults = [
      [instance?.state !== 'running', 'does not run'],
      [instance?.privateAddress !== origin.create.address, 'address'],
      [!instance?.imdsv2, 'IMDSv1'],
      [!card?.sourceDestCheck, 'source/dest check'],
      [!card?.deleteOnTermination, 'interface stays'],
      [card?.groupIds.join() !== ec2.groups.find(({ vpcId }) => vpcId === card?.vpcId)?.id, 'groups'],
    ] as const;
    return faults.flatMap(([wrong, what]) => (wrong ? [`${name}: ${what}`] : []));
  });
}

/** Hosts that run without the SR-IOV that is declared, or with another driver than its. */
export function srIovIllness({ ec2, hosts }: World, { cluster }: Fleet): readonly string[] {
  return cluster.hosts.flatMap(({ name, origin }) => {
    const wanted = 'create' in origin && origin.create.enhancedNetworking === 'sriov';
    const instance = ec2.instances.find(({ tags }) => tags['ec2-redis-operator/host'] === name);
    if (!wanted) return [];
    if (!instance?.sriov) return [`${name}: SR-IOV is off`];
    const card = hosts[name]?.system.card;
    return card === 'ixgbevf' ? [] : [`${name}: its network card runs with ${card ?? 'no driver'}`];
  });
}
