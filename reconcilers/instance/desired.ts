import type { Cluster, Creation, Fleet, Host, VolumeSettings } from '../../crds/fleet.ts';
import { type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired, Observed } from '../contract/reconciler.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Observation } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';
import { createdInstances } from '../shared/created-instances.ts';
import { volumesOf } from '../shared/data-volume.ts';
import { placementGroupOf } from '../shared/placement-group.ts';
import { noNetworkFacts, vpcNetworkFacts } from '../shared/vpc-network-facts.ts';

/** A host, and what EC2 shows of it. */
export interface DesiredInstance extends Desired {
  readonly host: Host;
  readonly cluster: Cluster;
  /** Undefined: it is adopted. */
  readonly creation: Creation | undefined;
  readonly found: Observation<Instance>;
  readonly impacts: readonly string[];
  /** A virtual IP that is no address of its network interface may be routed to it. */
  readonly overlay: boolean;
  /** No host of the Cluster runs yet. */
  readonly noHostRunning: boolean;
  /** Created hosts without an instance: what they are created from is read once for all. */
  readonly missing: readonly Creation[];
}

/** The data volume of a created Redis host: it outlives the instance that it is attached to. */
export interface DesiredDataVolume extends Desired {
  readonly host: Host;
  readonly cluster: Cluster;
  /** Undefined: none is declared. One that exists is left alone, and shown. */
  readonly settings: VolumeSettings | undefined;
  /** Of the subnet that is declared for the host. */
  readonly zone: string;
  readonly found: Observation<Instance>;
  readonly impacts: readonly string[];
}

export type InstanceObserved = Observed<ReturnType<typeof instanceFacts>>;

export function desiredInstance(
  { cluster, tenants, proxyPairs }: Fleet,
  host: Host,
  inventory: Inventory,
): DesiredInstance {
  const here = tenants.filter((tenant) => tenant.members.some((member) => member.host === host.name));
  const seen = [...inventory.values()];
  return {
    subject: `instance/${host.name}`,
    dependsOn: [],
    host,
    cluster,
    creation: 'create' in host.origin ? host.origin.create : undefined,
    found: inventory.get(host.name) ?? { state: 'unknown', reason: 'EC2 was not asked' },
    impacts: here.map((tenant) => tenant.name),
    overlay: proxyPairs.some(({ overlay, hosts }) => overlay !== undefined && hosts.includes(host.name)),
    noHostRunning: !seen.some((one) => one.state === 'present' && one.value.state === 'running'),
    missing: cluster.hosts.flatMap(({ name, origin }) =>
      'create' in origin && inventory.get(name)?.state === 'absent' ? [origin.create] : [],
    ),
  };
}

/** An adopted host needs no facts beside the inventory. */
export const instanceFacts = ({ cluster, creation, missing, found }: DesiredInstance) => ({
  // Only where it is declared: EC2 shows it in a call per instance.
  protection:
    creation?.protectionDeclared && found.state === 'present'
      ? [{ fact: 'termination-protection', instanceId: found.value.instanceId } as const]
      : [],
  ...(creation ? vpcNetworkFacts(cluster) : noNetworkFacts),
  interfaces: creation ? [interfacesOf(cluster)] : [],
  // The request that found the hosts: it costs no further call.
  instances: creation ? [createdInstances(cluster)] : [],
  volumes: creation ? [volumesOf(cluster)] : [],
  placementGroups: creation?.spread && found.state === 'absent' ? [placementGroupOf(cluster)] : [],
  images: creation && missing.length ? [imagesOf(missing)] : [],
  types: creation && missing.length ? [typesOf(missing)] : [],
  offerings: creation && missing.length ? [offeringsOf(missing)] : [],
  keyPairs: creation && missing.length ? keyPairsOf(missing) : [],
});

function interfacesOf({ hosts }: Cluster): FactRequestOf<'network-interfaces'> {
  const addresses = hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : []));
  return { fact: 'network-interfaces', addresses: addresses.sort() };
}

function imagesOf(missing: readonly Creation[]): FactRequestOf<'images'> {
  return { fact: 'images', ids: distinct(missing.map(({ image }) => image)) };
}

function typesOf(missing: readonly Creation[]): FactRequestOf<'instance-types'> {
  return { fact: 'instance-types', names: distinct(missing.map(({ type }) => type)) };
}

function offeringsOf(missing: readonly Creation[]): FactRequestOf<'type-offerings'> {
  return { fact: 'type-offerings', names: distinct(missing.map(({ type }) => type)) };
}

function keyPairsOf(missing: readonly Creation[]): readonly FactRequestOf<'key-pairs'>[] {
  const names = distinct(missing.flatMap(({ keyName }) => keyName ?? []));
  return names.length ? [{ fact: 'key-pairs', names }] : [];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** Findings about a host's instance: they impact the tenants with a member on it, unless they say otherwise. */
export function findingOf({ subject, impacts }: DesiredInstance): FindingBuilder {
  return findingsAbout(subject, { impacts });
}
