import type { Creation, Fleet, Origin } from '../../crds/fleet.ts';

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
  template: ({ cluster }) => 's3' in (cluster.runtime.template.from ?? {}),
  instanceProfile: (fleet) => creationsOf(fleet).some(({ instanceProfile }) => instanceProfile !== undefined),
} as const satisfies Readonly<Record<string, Need>>;

const { vpc, gateway, subnets, group, hosts } = simple;

export const needs = {
  ...simple,
  publicAddress: ({ proxyPairs }) => proxyPairs.some((pair) => pair.publicAddress !== undefined),
  allocation: ({ proxyPairs }) => proxyPairs.some((pair) => isCreated(pair.publicAddress)),
  /** Something is created. */
  creation: (fleet) =>
    [vpc, gateway, subnets, group, hosts].some((need) => need(fleet)) ||
    fleet.proxyPairs.some((pair) => isCreated(pair.publicAddress)),
  /** The default route of an adopted VPC is only reported. */
  defaultRoute: (fleet) => gateway(fleet) && vpc(fleet),
  console: (fleet) => hosts(fleet) && fleet.cluster.ssh.hostKeys === 'console',
} as const satisfies Readonly<Record<string, Need>>;

/** The hosts of a Cluster that are created, as declared. */
export function creationsOf({ cluster }: Fleet): readonly Creation[] {
  return cluster.hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create] : []));
}

export function isCreated(origin: Origin | Fleet['cluster']['hosts'][number]['origin'] | undefined): boolean {
  return origin !== undefined && 'create' in origin;
}
