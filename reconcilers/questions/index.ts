import type { HostName, Runtime } from '../../crds/fleet.ts';
import type { Instance } from '../inventory.ts';
import { type AddressOwner, addressOwner } from './address-owner.ts';
import { type Containers, containers } from './containers.ts';
import { type Image, type InstanceType, images, initializing, instanceTypes, keyPairs } from './creation.ts';
import { type FileSystem, fileSystems } from './file-systems.ts';
import { type FileFacts, files } from './files.ts';
import {
  type Gateway,
  type Group,
  gateways,
  groups,
  type RouteTable,
  routeTables,
  type SubnetFacts,
  subnets,
  type Vpc,
  vpcs,
} from './ground.ts';
import { type Haproxy, haproxy } from './haproxy.ts';
import { instances } from './instances.ts';
import { type Keepalived, keepalived } from './keepalived.ts';
import { type Link, links } from './links.ts';
import { type MemberFacts, members } from './members.ts';
import { type Ovs, ovs } from './ovs.ts';
import { type RedisFacts, redis } from './redis.ts';
import type { Ec2Filters, RespEndpoint, Sense } from './sense.ts';
import { type SentinelFacts, sentinel } from './sentinel.ts';
import { type SystemArgs, type SystemFacts, system } from './system.ts';
import { type Template, template } from './template.ts';
import { type UnitFacts, units } from './units.ts';

interface Question<Via extends 'host' | 'ec2' | 'resp', Args, Reading> {
  readonly via: Via;
  readonly args: Args;
  readonly reading: Reading;
}

interface OnHost {
  readonly host: HostName;
}

/** Every question by name: medium, arguments, reading. The closed catalogue; a question is plain data. */
export interface Catalogue {
  /** VPCs that match the filters. */
  vpcs: Question<'ec2', { readonly filters: Ec2Filters }, readonly Vpc[]>;
  /** Subnets that match the filters. */
  subnets: Question<'ec2', { readonly filters: Ec2Filters }, readonly SubnetFacts[]>;
  /** Internet gateways that match the filters. */
  gateways: Question<'ec2', { readonly filters: Ec2Filters }, readonly Gateway[]>;
  /** Route tables that match the filters. */
  'route-tables': Question<'ec2', { readonly filters: Ec2Filters }, readonly RouteTable[]>;
  /** Security groups that match the filters. */
  groups: Question<'ec2', { readonly filters: Ec2Filters }, readonly Group[]>;
  /** AMIs by id. */
  images: Question<'ec2', { readonly ids: readonly string[] }, readonly Image[]>;
  /** Instance types by name. */
  'instance-types': Question<'ec2', { readonly names: readonly string[] }, readonly InstanceType[]>;
  /** Key pairs by name. */
  'key-pairs': Question<'ec2', { readonly names: readonly string[] }, readonly string[]>;
  /** Instances that have just been started. */
  initializing: Question<'ec2', object, readonly string[]>;
  /** EC2 instances that match the filters. */
  instances: Question<'ec2', { readonly filters: Ec2Filters }, readonly Instance[]>;
  /** File systems of a host that are written to: room left, and whether writes are refused. */
  'file-systems': Question<'host', OnHost, readonly FileSystem[]>;
  /** What system a host runs, its kernel, and of what is asked for the packages, programs, units and modules that are there. */
  system: Question<'host', OnHost & SystemArgs, SystemFacts>;
  /** Bridges, ports and interfaces of Open vSwitch on a host. */
  ovs: Question<'host', OnHost, Ovs>;
  /** Network devices of a host, with their addresses. */
  links: Question<'host', OnHost, readonly Link[]>;
  /** Mode, owner and digest of files, those in the folder `within` included; a missing one is left out. */
  files: Question<
    'host',
    OnHost & { readonly paths: readonly string[]; readonly within?: string },
    readonly FileFacts[]
  >;
  /** systemd units: loaded, active, enabled. */
  units: Question<'host', OnHost & { readonly units: readonly string[] }, readonly UnitFacts[]>;
  /** Containers and members' folders of a host: whose, running, limits as enforced. */
  containers: Question<'host', OnHost & { readonly runtime: Runtime['type'] }, Containers>;
  /** The container template on a host: its tarball, and images made from it. */
  template: Question<
    'host',
    OnHost & { readonly runtime: Runtime['type']; readonly name: string; readonly tarball: string },
    Template
  >;
  /** Members' folders on a host, and what their containers run. */
  members: Question<'host', OnHost, readonly MemberFacts[]>;
  /** What a member's Redis says of itself. Ask it with `askRedis`. */
  redis: Question<'resp', { readonly endpoint: RespEndpoint; readonly settings: readonly string[] }, RedisFacts>;
  /** What a member's Sentinel says. Ask it with `askSentinel`. */
  sentinel: Question<'resp', { readonly endpoint: RespEndpoint; readonly master: string }, SentinelFacts>;
  /** HAProxy of a proxy: files, what is loaded, and who is admitted for each tenant. */
  haproxy: Question<'host', OnHost, Haproxy>;
  /** keepalived of a proxy: files, what is loaded, its VRRP state, and the last move of the address. */
  keepalived: Question<'host', OnHost & { readonly pair: string }, Keepalived>;
  /** Network interfaces that have one of the addresses. */
  'address-owner': Question<'ec2', { readonly addresses: readonly string[] }, readonly AddressOwner[]>;
}

export type What = keyof Catalogue;
export type AskOf<W extends What> = { readonly what: W } & Catalogue[W]['args'];
export type Ask = { [W in What]: AskOf<W> }[What];
export type Reading<W extends What> = Catalogue[W]['reading'];
export type SenseOf<W extends What> = Sense<Catalogue[W]['via'], AskOf<W>, Reading<W>>;

/** How each question is put and read. */
export const senses: { readonly [W in What]: SenseOf<W> } = {
  vpcs,
  subnets,
  gateways,
  'route-tables': routeTables,
  groups,
  images,
  'instance-types': instanceTypes,
  'key-pairs': keyPairs,
  initializing,
  instances,
  'file-systems': fileSystems,
  system,
  ovs,
  links,
  files,
  units,
  containers,
  template,
  members,
  redis,
  sentinel,
  haproxy,
  keepalived,
  'address-owner': addressOwner,
};

/** Two asks with one key are one question: it is put once and answers both. */
export function keyOf(ask: Ask): string {
  const known = keys.get(ask) ?? sortedJson(ask);
  keys.set(ask, known);
  return known;
}

/** An ask is looked up several times in a pass, and is plain data that never changes. */
const keys = new WeakMap<Ask, string>();

/** JSON with the fields of every object in order. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(byName)
    .map(([name, field]) => `"${name}":${sortedJson(field)}`)
    .join()}}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
