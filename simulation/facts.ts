import type { RespReply } from '../reconcilers/facts/fact.ts';
import { ec2Probes } from '../reconcilers/facts/index.ts';
import type { Ec2Facts, FactRequest, FactRequestOf, HostFacts, RespFacts } from '../reconcilers/facts/requests.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { renderDataDisk } from './data-volumes.ts';
import { renderDrained } from './drained.ts';
import { describe } from './ec2-describe.ts';
import { renderFileSystems } from './file-systems.ts';
import { renderFiles } from './files.ts';
import { renderFirewall } from './firewall.ts';
import { renderHaproxy } from './haproxy.ts';
import { renderKeepalived } from './keepalived.ts';
import { renderLinks } from './links.ts';
import { renderLxc, renderTemplate } from './lxc-listing.ts';
import { renderMembers } from './members-listing.ts';
import { renderOpenvz } from './openvz-listing.ts';
import { renderOvs } from './ovs.ts';
import { renderPathMtu } from './path-mtu.ts';
import { renderPreparation } from './preparation.ts';
import { type NoReply, renderRedis, renderSentinel } from './resp.ts';
import { renderService } from './service.ts';
import { renderSystem } from './system.ts';
import { renderUnits } from './units.ts';
import { hostOf, type World } from './world.ts';

type Raw = ScriptResult | readonly unknown[] | readonly RespReply[] | NoReply;

/** The raw output of each fact in the simulated world, so that the real readers parse it. */
type Renderers = { readonly [N in keyof HostFacts]: (world: World, request: FactRequestOf<N>) => ScriptResult } & {
  readonly [N in keyof Ec2Facts]: (world: World, request: FactRequestOf<N>) => readonly unknown[];
} & {
  readonly [N in keyof RespFacts]: (world: World, request: FactRequestOf<N>) => readonly RespReply[] | NoReply;
};

export const renderers: Renderers = {
  vpcs: (world, request) => describe(world, ec2Probes.vpcs.query(request)),
  subnets: (world, request) => describe(world, ec2Probes.subnets.query(request)),
  'elastic-addresses': (world, request) => describe(world, ec2Probes['elastic-addresses'].query(request)),
  gateways: (world, request) => describe(world, ec2Probes.gateways.query(request)),
  'route-tables': (world, request) => describe(world, ec2Probes['route-tables'].query(request)),
  'nat-gateways': (world, request) => describe(world, ec2Probes['nat-gateways'].query(request)),
  'vpc-endpoints': (world, request) => describe(world, ec2Probes['vpc-endpoints'].query(request)),
  groups: (world, request) => describe(world, ec2Probes.groups.query(request)),
  images: (world, request) => describe(world, ec2Probes.images.query(request)),
  'instance-types': (world, request) => describe(world, ec2Probes['instance-types'].query(request)),
  'type-offerings': (world, request) => describe(world, ec2Probes['type-offerings'].query(request)),
  'key-pairs': (world, request) => describe(world, ec2Probes['key-pairs'].query(request)),
  initializing: (world, request) => describe(world, ec2Probes.initializing.query(request)),
  instances: (world, request) => describe(world, ec2Probes.instances.query(request)),
  'running-instances': (world, request) => describe(world, ec2Probes['running-instances'].query(request)),
  'placement-groups': (world, request) => describe(world, ec2Probes['placement-groups'].query(request)),
  'termination-protection': (world, request) => describe(world, ec2Probes['termination-protection'].query(request)),
  volumes: (world, request) => describe(world, ec2Probes.volumes.query(request)),
  'file-systems': (world, { host }) => renderFileSystems(hostOf(world, host)),
  'data-disk': (world, { host }) => renderDataDisk(world, host),
  drained: (world, { host }) => renderDrained(world, hostOf(world, host)),
  system: (world, request) => renderSystem(hostOf(world, request.host), request),
  preparation: (world, request) => renderPreparation(hostOf(world, request.host), request),
  ovs: (world, { host }) => renderOvs(hostOf(world, host)),
  links: (world, { host }) => renderLinks(hostOf(world, host)),
  'path-mtu': (world, request) => renderPathMtu(world, hostOf(world, request.host), request),
  firewall: (world, { host }) => renderFirewall(hostOf(world, host)),
  files: (world, request) => renderFiles(hostOf(world, request.host), request),
  units: (world, { host, units }) => renderUnits(hostOf(world, host), units),
  containers: (world, { host, runtime }) => (runtime === 'openvz' ? renderOpenvz : renderLxc)(world, host),
  template: (world, request) => renderTemplate(hostOf(world, request.host), request),
  members: (world, { host }) => renderMembers(hostOf(world, host)),
  redis: renderRedis,
  sentinel: renderSentinel,
  service: renderService,
  haproxy: (world, { host }) => renderHaproxy(world, hostOf(world, host)),
  keepalived: (world, { host, pair }) => renderKeepalived(world, hostOf(world, host), pair),
  'network-interfaces': (world, request) => describe(world, ec2Probes['network-interfaces'].query(request)),
};

/** The raw output of the world for a request. */
export function renderFact(world: World, request: FactRequest): Raw {
  return (renderers[request.fact] as (world: World, request: FactRequest) => Raw)(world, request);
}

export function isNoReply(raw: Raw): raw is NoReply {
  return 'noReply' in raw;
}
