import { pingHeaders } from '../facts/host/path-mtu.ts';

export function notWithoutStandby(peer: string): string {
  return `it is not known which of the two has the virtual IP: ${peer} is observed first`;
}

export function standbyFirst(peer: string): string {
  return `${peer}, which does not have the virtual IP, is changed first`;
}

export function foreignBridge(owner: string | undefined): string {
  const whose = owner === undefined ? 'is not managed here' : `belongs to another Cluster (${owner})`;
  return `a bridge of this name exists and ${whose}: use another name in spec.mesh.bridge, or remove it`;
}

export const datapathStays =
  'the userspace datapath cannot be set under members that run: it carries tunnels only through a bridge that has the address of the host, and their network devices would leave checksums to be completed. Set spec.mesh.datapath back to system, or declare a new Cluster with hosts of its own, and move the data of its tenants (docs/guides/move-the-data.md)';

export const datapathNotOpened =
  'Open vSwitch could not open the datapath (see ovs-vswitchd.log): load the openvswitch module, or declare spec.mesh.datapath: netdev';

export function portOnOtherBridge(bridge: string): string {
  return `the port is on bridge ${bridge}, which is not managed here: remove it there`;
}

export const foreignPort = 'a port of this name exists that is not managed here: remove or rename it';

export function portError(error: string): string {
  return `Open vSwitch could not set up the port: ${error}`;
}

export const portSetupFailed =
  'Open vSwitch could not set up the port and records no error for it: see ovs-vswitchd.log on the host';

export const portPending = 'Open vSwitch has not set up the port yet';

export function otherEndFirst(peer: string): string {
  return `${peer} follows first: this end accepts any key meanwhile`;
}

export function keyNotObserved(peer: string): string {
  return `${peer} could not be observed: the tunnel to it keeps its key, which ${peer} may still use`;
}

export function underlayMtuTooSmall(device: string, have: number, want: number): string {
  return `${device} carries packets of ${have} bytes at most, and larger packets of the tunnels are lost: declare spec.mesh.underlayMtu: ${have}, or raise its MTU (ip link set dev ${device} mtu ${want}, and in the network configuration of the host)`;
}

export function pathMtuTooSmall(host: string, peer: string, carries: number, want: number): string {
  return `packets of more than ${carries} bytes are lost between ${host} and ${peer} (tried with ping -M do -s ${want - pingHeaders}): declare spec.mesh.underlayMtu: ${carries}, or find out what is between them, and let it carry ${want} or answer with ICMP "fragmentation needed"`;
}

/** `drop`: the rule of the firewall, in words. `fix`: a command that lets them pass. */
export function greLost(drop: string, host: string, peers: readonly string[], fix: string): string {
  return `${drop}: what tenants send through the tunnels between ${host} and ${peers.join(', ')} is lost, so that replication, Sentinel and HAProxy do not reach members there. ${acceptGre(peers, fix)}`;
}

/** The same, of a firewall that accepts what belongs to packets that the host has sent. */
export function greRepliesOnly(drop: string, host: string, peers: readonly string[], fix: string): string {
  return `${drop}, unless it is a reply: the tunnels between ${host} and ${peers.join(', ')} work only while both ends keep sending, and may stay silent after a pause or a boot. ${acceptGre(peers, fix)}`;
}

function acceptGre(peers: readonly string[], fix: string): string {
  return `Let the firewall accept IP protocol 47 (GRE) from and to ${peers.join(', ')}, in its configuration; for now: ${fix}`;
}

export const linkPending = 'Open vSwitch has not created the device yet';

export const unmanagedPort = 'left alone; remove it with ovs-vsctl del-port if it is not needed';

export const prunable = 'left alone; apply --prune removes it';

export function heldByPeer(peer: string, address: string): string {
  return `${peer} still has ${address}, and leaves it first`;
}

export function giveUpFirst(peer: string, address: string): string {
  return `${peer}, which does not have the virtual IP, gives up ${address} first; until then this proxy serves from its present address`;
}

export function mayBeHeldByPeer(peer: string, address: string): string {
  return `${peer} could not be observed, and may have ${address}, or come back with it; two proxies never have one address`;
}

export function notWithoutPeer(peer: string): string {
  return `it is not known which of the two has the virtual IP, and ${peer} gives up its address first only without it`;
}

export function stillConnectsFrom(addresses: string): string {
  return `HAProxy of this host still connects from ${addresses}`;
}
