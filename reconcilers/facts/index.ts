import { containers } from './container/containers.ts';
import { template } from './container/template.ts';
import { elasticAddresses } from './ec2/elastic-addresses.ts';
import { instances } from './ec2/instances.ts';
import { images, initializing, instanceTypes, keyPairs, typeOfferings } from './ec2/launch-inputs.ts';
import { natGateways } from './ec2/nat-gateways.ts';
import { networkInterfaces } from './ec2/network-interfaces.ts';
import { placementGroups } from './ec2/placement-groups.ts';
import { runningInstances } from './ec2/running-instances.ts';
import { terminationProtection } from './ec2/termination-protection.ts';
import { volumes } from './ec2/volumes.ts';
import { vpcEndpoints } from './ec2/vpc-endpoints.ts';
import { gateways, groups, routeTables, subnets, vpcs } from './ec2/vpc-network.ts';
import type { Ec2Probe, HostProbe, RespProbe } from './fact.ts';
import { haproxy } from './haproxy/haproxy.ts';
import { dataDisk } from './host/data-disk.ts';
import { drained } from './host/drained.ts';
import { fileSystems } from './host/file-systems.ts';
import { files } from './host/files.ts';
import { firewall } from './host/firewall.ts';
import { links } from './host/links.ts';
import { pathMtu } from './host/path-mtu.ts';
import { preparation } from './host/preparation.ts';
import { system } from './host/system.ts';
import { units } from './host/units.ts';
import { keepalived } from './keepalived/keepalived.ts';
import { members } from './member/members.ts';
import { ovs } from './ovs/ovs.ts';
import { redis } from './redis/redis.ts';
import type {
  Ec2Facts,
  Ec2Request,
  FactRequest,
  FactValue,
  HostFacts,
  HostRequest,
  RespFacts,
  RespRequest,
} from './requests.ts';
import { sentinel } from './sentinel/sentinel.ts';
import { service } from './service/service.ts';

/** How each fact of a host is requested and read. */
export const hostProbes: { readonly [N in keyof HostFacts]: HostProbe<HostRequest<N>, FactValue<N>> } = {
  'file-systems': fileSystems,
  'data-disk': dataDisk,
  drained,
  system,
  preparation,
  ovs,
  links,
  'path-mtu': pathMtu,
  firewall,
  files,
  units,
  containers,
  template,
  members,
  haproxy,
  keepalived,
};

/** How each fact of EC2 is requested and read. */
export const ec2Probes: { readonly [N in keyof Ec2Facts]: Ec2Probe<Ec2Request<N>, FactValue<N>> } = {
  vpcs,
  subnets,
  gateways,
  'elastic-addresses': elasticAddresses,
  'route-tables': routeTables,
  'nat-gateways': natGateways,
  'vpc-endpoints': vpcEndpoints,
  groups,
  images,
  'instance-types': instanceTypes,
  'type-offerings': typeOfferings,
  'key-pairs': keyPairs,
  initializing,
  instances,
  'running-instances': runningInstances,
  'placement-groups': placementGroups,
  'termination-protection': terminationProtection,
  volumes,
  'network-interfaces': networkInterfaces,
};

/** How each fact of a Redis or a Sentinel is requested and read. */
export const respProbes: { readonly [N in keyof RespFacts]: RespProbe<RespRequest<N>, FactValue<N>> } = {
  redis,
  sentinel,
  service,
};

export function isHostRequest(request: FactRequest): request is HostRequest {
  return Object.hasOwn(hostProbes, request.fact);
}

export function isEc2Request(request: FactRequest): request is Ec2Request {
  return Object.hasOwn(ec2Probes, request.fact);
}

export function isRespRequest(request: FactRequest): request is RespRequest {
  return Object.hasOwn(respProbes, request.fact);
}
