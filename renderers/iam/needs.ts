import { type Creation, endpointServices, type Fleet, type Origin } from '../../crds/fleet.ts';

/** Whether the documents of a Cluster need an action. */
export type Need = (fleet: Fleet) => boolean;

/** What the documents need of EC2. Each is the condition of actions in the table of permissions. */
const simple = {
  always: () => true,
  /** Of an action in the closed list that no component carries out. */
  never: () => false,
  /** A VPC network is declared, created or adopted. */
  network: ({ cluster }) => cluster.network.vpc !== undefined,
  groups: ({ cluster }) => cluster.network.vpc !== undefined || cluster.aws.accountId !== undefined,
  vpc: ({ cluster }) => isCreated(cluster.network.vpc),
  gateway: ({ cluster }) => isCreated(cluster.network.internetGateway),
  subnets: ({ cluster }) => cluster.network.subnets.some(({ origin }) => isCreated(origin)),
  group: ({ cluster }) => isCreated(cluster.network.securityGroup?.origin),
  hosts: (fleet) => creationsOf(fleet).length > 0,
  sriov: (fleet) => creationsOf(fleet).some(({ enhancedNetworking }) => enhancedNetworking === 'sriov'),
  dataVolume: (fleet) => creationsOf(fleet).some(({ dataVolume }) => dataVolume !== undefined),
  placementGroup: (fleet) => creationsOf(fleet).some(({ spread }) => spread),
  protection: (fleet) => creationsOf(fleet).some(({ protectionDeclared }) => protectionDeclared),
  kmsKey: (fleet) => kmsKeysOf(fleet).length > 0,
  template: ({ cluster }) => 's3' in (cluster.runtime.template.from ?? {}),
  routeTable: ({ cluster: { network } }) =>
    network.subnets.some(
      ({ name, origin }) =>
        isCreated(origin) && network.egress?.natGateways.some(({ serves }) => serves.includes(name)) === true,
    ),
  natGateways: ({ cluster: { network } }) => (network.egress?.natGateways.length ?? 0) > 0,
  natGateway: ({ cluster: { network } }) =>
    network.egress?.natGateways.some(({ origin }) => isCreated(origin)) === true,
  endpoint: ({ cluster: { network } }) =>
    endpointServices.some((service) => isCreated(network.egress?.endpoints[service])),
  privateDns: ({ cluster: { network } }) => isCreated(network.egress?.endpoints.ec2),
  /** A virtual IP of a subnet, which moves as a private address of a network interface. */
  subnetVip: ({ proxyPairs }) => !proxyPairs.length || proxyPairs.some(({ overlay }) => overlay === undefined),
  /** A virtual IP outside the VPC, which moves by its routes. */
  overlay: ({ proxyPairs }) => proxyPairs.some(({ overlay }) => overlay !== undefined),
  publicAddress: ({ proxyPairs }) => proxyPairs.some((pair) => pair.publicAddress !== undefined),
  pairAddress: ({ proxyPairs }) => proxyPairs.some((pair) => isCreated(pair.publicAddress)),
  instanceProfile: (fleet) => creationsOf(fleet).some(({ instanceProfile }) => instanceProfile !== undefined),
} as const satisfies Readonly<Record<string, Need>>;

const { vpc, gateway, subnets, group, hosts, natGateway, routeTable, endpoint, publicAddress, pairAddress, overlay } =
  simple;

/** What is created with the tag of the Cluster, and then has it. */
const creations: readonly Need[] = [vpc, gateway, subnets, group, hosts, natGateway, routeTable, endpoint, pairAddress];

/** The default route of an adopted VPC is only reported. */
const defaultRoute: Need = (fleet) => gateway(fleet) && vpc(fleet);

export const needs = {
  ...simple,
  elasticAddresses: (fleet) => publicAddress(fleet) || natGateway(fleet),
  allocation: (fleet) => pairAddress(fleet) || natGateway(fleet),
  /** Something is created of which an account may have only so much. */
  quotas: (fleet) => hosts(fleet) || vpc(fleet) || pairAddress(fleet) || natGateway(fleet),
  /** Without a declared way out, the endpoints of an adopted VPC are looked at. */
  endpointsSeen: ({ cluster: { network } }) =>
    network.egress
      ? endpointServices.some((service) => network.egress?.endpoints[service] !== undefined)
      : network.vpc !== undefined && !isCreated(network.vpc),
  /** Something is created. */
  creation: (fleet) => creations.some((need) => need(fleet)),
  routes: (fleet) => defaultRoute(fleet) || routeTable(fleet) || overlay(fleet),
  routeTables: (fleet) => simple.network(fleet) || overlay(fleet),
  defaultRoute,
  dnsHostnames: (fleet) => simple.privateDns(fleet) && vpc(fleet),
  console: (fleet) => hosts(fleet) && fleet.cluster.ssh.hostKeys === 'console',
} as const satisfies Readonly<Record<string, Need>>;

/** The hosts of a Cluster that are created, as declared. */
export function creationsOf({ cluster }: Fleet): readonly Creation[] {
  return cluster.hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create] : []));
}

/** The KMS keys that are declared for volumes, sorted. The default key of EBS needs no permission. */
export function kmsKeysOf(fleet: Fleet): readonly string[] {
  const all = creationsOf(fleet).flatMap(({ rootVolume, dataVolume }) => [rootVolume.kmsKey, dataVolume?.kmsKey]);
  return [...new Set(all.flatMap((key) => key ?? []))].sort();
}

export function isCreated(origin: Origin | Fleet['cluster']['hosts'][number]['origin'] | undefined): boolean {
  return origin !== undefined && 'create' in origin;
}
