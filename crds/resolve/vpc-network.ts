import type { Adoption, ClusterNetwork, Creation, Egress, Host, Origin, VolumeSettings } from '../fleet.ts';
import type { ClusterEntry } from '../load/declared.ts';
import { bytes } from '../schema/quantity.ts';
import { checked, sorted } from './defaults-applied.ts';
import { resolveLogin } from './ssh.ts';

type Spec = ClusterEntry['body']['spec'];
type DeclaredHost = Spec['hosts'][number];

/** The VPC network, and which parts of it are created. */
export function resolveNetwork({
  vpcCidr,
  vpc,
  internetGateway,
  subnets,
  securityGroup,
  egress,
}: Spec['network']): ClusterNetwork {
  return {
    vpcCidr,
    vpc: vpc && originOf(vpc),
    internetGateway: internetGateway && originOf(internetGateway),
    subnets: sorted(subnets ?? []).map((one) => ({
      name: one.name,
      cidr: one.cidr,
      zone: one.zone,
      origin: originOf(one),
    })),
    securityGroup: securityGroup && {
      origin: originOf(securityGroup),
      sshFrom: [...(securityGroup.sshFrom ?? [])].sort(),
      clientsFrom: [...(securityGroup.clientsFrom ?? [])].sort(),
    },
    egress: egress && resolveEgress(egress),
  };
}

function resolveEgress({
  publicAddresses,
  natGateways = [],
  endpoints: { ec2, s3 } = {},
}: NonNullable<Spec['network']['egress']>): Egress {
  return {
    publicAddresses: publicAddresses === true,
    natGateways: natGateways
      .map((one) => ({ subnet: one.subnet, serves: [...one.serves].sort(), origin: originOf(one) }))
      .sort((a, b) => (a.subnet < b.subnet ? -1 : 1)),
    endpoints: { ec2: ec2 && originOf(ec2), s3: s3 && originOf(s3) },
  };
}

/** A host, with the common login and the common settings of created hosts applied. */
export function resolveHost(host: DeclaredHost, { instances, ssh }: Pick<Spec, 'instances' | 'ssh'>): Host {
  const { name, role, adopt, create } = host;
  const common = { name, role, login: resolveLogin(host, ssh) };
  if (create) return { ...common, origin: { create: resolveCreation(create, instances, role) } };
  const { tag, instanceId } = checked(adopt);
  return { ...common, origin: { adopt: tag === undefined ? { id: checked(instanceId) } : { tag } } };
}

function resolveCreation(
  own: NonNullable<DeclaredHost['create']>,
  common: Spec['instances'],
  role: DeclaredHost['role'],
): Creation {
  const instanceProfile = own.instanceProfile ?? common.instanceProfile;
  return {
    subnet: own.subnet,
    address: own.address,
    type: checked(own.type ?? common.type),
    image: checked(own.image ?? common.image),
    keyName: own.keyName ?? common.keyName,
    instanceProfile,
    // The common role is that of the common profile.
    instanceProfileRole:
      own.instanceProfileRole ?? (own.instanceProfile ? undefined : common.instanceProfileRole) ?? instanceProfile,
    rootVolume: resolveVolume({ ...common.rootVolume, ...own.rootVolume }),
    dataVolume: role === 'redis' ? resolveDataVolume(own.dataVolume, common.dataVolume) : undefined,
    spread: role === 'redis' && common.placementGroup === 'spread',
    protectionDeclared: (own.terminationProtection ?? common.terminationProtection) !== undefined,
    terminationProtection: own.terminationProtection ?? common.terminationProtection ?? role === 'redis',
    enhancedNetworking: own.enhancedNetworking ?? common.enhancedNetworking,
  };
}

/** A host may declare only some of its fields, or all where none are common. */
function resolveDataVolume(
  own: NonNullable<DeclaredHost['create']>['dataVolume'],
  common: Spec['instances']['dataVolume'],
): VolumeSettings | undefined {
  if (!own && !common) return undefined;
  const all = { type: 'gp3', encrypted: true, ...common, ...own } as const;
  return resolveVolume({ ...all, size: checked(all.size) });
}

function resolveVolume({
  size,
  type,
  encrypted,
  kmsKey,
  iops,
  throughput,
}: Spec['instances']['rootVolume']): VolumeSettings {
  return { gibibytes: checked(bytes(size)) / 2 ** 30, type, encrypted, kmsKey, iops, throughput };
}

/** Created, or adopted and how. */
export function originOf({ adopt }: { readonly adopt?: { readonly id?: string; readonly tag?: Tag } }): Origin {
  return adopt ? { adopt: adoptionOf(adopt) } : { create: true };
}

type Tag = { readonly key: string; readonly value: string };

function adoptionOf({ id, tag }: { readonly id?: string; readonly tag?: Tag }): Adoption {
  return tag === undefined ? { id: checked(id) } : { tag };
}
