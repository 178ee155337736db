import { type Ask, type AskOf, type Catalogue, senses, type What } from '../questions/index.ts';
import type { HostAnswer, RespReply } from '../questions/sense.ts';
import { describe } from './ec2-describe.ts';
import { printFileSystems } from './file-systems.ts';
import { printFiles } from './files.ts';
import { printHaproxy } from './haproxy.ts';
import { printKeepalived } from './keepalived.ts';
import { printLinks } from './links.ts';
import { printLxc, printTemplate } from './lxc-listing.ts';
import { printMembers } from './members-listing.ts';
import { printOpenvz } from './openvz-listing.ts';
import { printOvs } from './ovs.ts';
import { printRedis, printSentinel, type Silence } from './resp.ts';
import { printSystem } from './system.ts';
import { printUnits } from './units.ts';
import { hostOf, type World } from './world.ts';

interface Raw {
  host: HostAnswer;
  ec2: readonly unknown[];
  resp: readonly RespReply[] | Silence;
}

/** The world printed back as each question's medium would answer it: raw, so that the real readings run. */
type Prints = { readonly [W in What]: (world: World, ask: AskOf<W>) => Raw[Catalogue[W]['via']] };

export const prints: Prints = {
  vpcs: (world, ask) => describe(world, senses.vpcs.query(ask)),
  subnets: (world, ask) => describe(world, senses.subnets.query(ask)),
  gateways: (world, ask) => describe(world, senses.gateways.query(ask)),
  'route-tables': (world, ask) => describe(world, senses['route-tables'].query(ask)),
  groups: (world, ask) => describe(world, senses.groups.query(ask)),
  images: (world, ask) => describe(world, senses.images.query(ask)),
  'instance-types': (world, ask) => describe(world, senses['instance-types'].query(ask)),
  'key-pairs': (world, ask) => describe(world, senses['key-pairs'].query(ask)),
  initializing: (world, ask) => describe(world, senses.initializing.query(ask)),
  instances: (world, ask) => describe(world, senses.instances.query(ask)),
  'file-systems': (world, { host }) => printFileSystems(hostOf(world, host)),
  system: (world, ask) => printSystem(hostOf(world, ask.host), ask),
  ovs: (world, { host }) => printOvs(hostOf(world, host)),
  links: (world, { host }) => printLinks(hostOf(world, host)),
  files: (world, ask) => printFiles(hostOf(world, ask.host), ask),
  units: (world, { host, units }) => printUnits(hostOf(world, host), units),
  containers: (world, { host, runtime }) => (runtime === 'openvz' ? printOpenvz : printLxc)(world, host),
  template: (world, ask) => printTemplate(hostOf(world, ask.host), ask),
  members: (world, { host }) => printMembers(hostOf(world, host)),
  redis: printRedis,
  sentinel: printSentinel,
  haproxy: (world, { host }) => printHaproxy(world, hostOf(world, host)),
  keepalived: (world, { host, pair }) => printKeepalived(world, hostOf(world, host), pair),
  'address-owner': (world, ask) => describe(world, senses['address-owner'].query(ask)),
};

/** What the world answers to an ask, raw. */
export function printOf(world: World, ask: Ask): Raw[keyof Raw] {
  return (prints[ask.what] as (world: World, ask: Ask) => Raw[keyof Raw])(world, ask);
}

export function isSilence(raw: Raw[keyof Raw]): raw is Silence {
  return 'silent' in raw;
}
