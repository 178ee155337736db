import type { HostName, TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces, vipPlaces } from '../../renderers/lib/proxy-paths.ts';

/** Programs of the base system, which every distribution has in some version. */
export const baseProgramsMissing =
  'install the programs on the host (Debian, Ubuntu: apt-get install curl util-linux bsdutils)';

export function addressNotOnDevice(address: string | undefined): string {
  return `EC2 shows ${address ?? 'no address'} for the instance, and no network device of the host has it: check that this is the right host`;
}

export function vipOutsideSubnet(vip: string, own: string): string {
  return `${vip} cannot move to this host, whose address is ${own}: declare a free address of that subnet`;
}

export function differentSubnets(pair: string): string {
  return `a virtual IP cannot move between subnets: declare two proxies in one subnet in ProxyPair ${pair}, or \`overlay\` with a virtual IP outside the VPC`;
}

/** `drop`: the rule of a firewall that is known to drop VRRP, in words. */
export function twoMasters(names: string, drop?: string): string {
  const fix = 'allow IP protocol 112 between them in their security group, and check the network between them';
  return `${names} do not receive each other's VRRP packets: ${drop ? `${drop}. Let it accept IP protocol 112` : fix}`;
}

/** `drop`: the rule of a firewall that is known to drop VRRP, in words. */
export function splitVip(host: HostName, master: HostName | undefined, vip: string, drop?: string): string {
  const keeper = master === undefined ? `no host serves ${vip}` : `${master} keeps ${vip} and serves`;
  const fix =
    'allow IP protocol 112 between the two in their security group and on their firewalls, and check the network between them';
  return `${keeper}; ${host} leaves it alone, and takes it only if the other one stops serving it, which takes 10 s or more instead of one: ${drop ? `the two do not hear each other, as ${drop}. Let it accept IP protocol 112` : fix}`;
}

export function cannotMoveAndYields(host: HostName, why: string, pair: string): string {
  return `${host} was elected, could not move the address itself (${why}), and leaves it to the other proxy, if that one is able to: correct the cause; when ${host} is master again, test with: ${vipPlaces.notify} ${pair} RETRY`;
}

export const mastersSettling = 'one of them becomes backup as soon as it receives a packet of the other';

export const electionPending = 'keepalived is electing a master';

export const bothInFault = `neither host can take the virtual IP: on each, HAProxy does not answer or the network device is down (journalctl -u ${haproxyPlaces.unit} -u ${vipPlaces.unit})`;

export const noMasterElected = `no host takes the virtual IP: see journalctl -u ${vipPlaces.unit} on both`;

export function mayBeMaster(host: HostName, reason: string): string {
  return `${host} may be the master: ${reason}`;
}

export function mayHoldVip(host: HostName, reason: string): string {
  return `${host} may be the rightful holder: ${reason}`;
}

export function interfaceNotShown(host: HostName): string {
  return `EC2 does not show the network interface of ${host}`;
}

export function failoverCannotMoveVip(host: HostName, why: string, pair: string): string {
  return `${host} could not move the address itself (${why}): correct that, usually its IAM role, then test with: ${vipPlaces.notify} ${pair} RETRY`;
}

export function primaryAddress(vip: string, networkInterfaceId: string, pair: string): string {
  return `${vip} is the primary address of ${networkInterfaceId}: declare another as vip of ProxyPair ${pair}`;
}

export function foreignInterface(networkInterfaceId: string, instanceId: string | undefined, vip: string): string {
  return `${networkInterfaceId} (${instanceId ?? 'not attached'}) is not of this pair: unassign ${vip} from it if it is not needed there, or declare another vip`;
}

export function masterMovesIt(host: HostName, why: string | undefined): string {
  return `${host} moves it${why === undefined ? '' : ` (${why})`}`;
}

export function notWithoutPeer(peer: HostName): string {
  return `${peer} could not be observed; keepalived of a pair is changed on both hosts, one after the other, or on none`;
}

export function ownerLast(peer: HostName): string {
  return `${peer} does not run the new configuration yet; the host with the virtual IP is changed last`;
}

export function peerStopsFirst(peer: HostName): string {
  return `keepalived of ${peer} stops first, so that the virtual IP does not move while the two would not hear each other`;
}

export function peerChangesFirst(peer: HostName): string {
  return `${peer} has the virtual IP, and changes first; until then the two would not hear each other`;
}

export function differentIds(ids: string): string {
  return `the two do not hear each other while what they have differs: ${ids}`;
}

export function vipChanges(former: string, vip: string, tenants: readonly TenantName[]): string {
  return `every client of ${tenants.join(', ') || 'the pair'} loses ${former}, for good: its connections are closed, and it must connect to ${vip} from then on. EC2 keeps ${former} on the network interface until it is unassigned`;
}

export function formerVipLeft(address: string, pair: string, networkInterfaceId: string | undefined): string {
  return `an earlier virtual IP of ProxyPair ${pair}; it takes one of the addresses that the interface may have. Left alone, since it may be in use again; if it is not: aws ec2 unassign-private-ip-addresses --network-interface-id ${networkInterfaceId} --private-ip-addresses ${address}`;
}

export function publicAddressElsewhere(publicIp: string, allocation: string, pair: string): string {
  return `${publicIp} is adopted and serves something else, so it is not taken away: free it (aws ec2 disassociate-address --association-id …; aws ec2 describe-addresses --allocation-ids ${allocation} shows it), or declare another publicAddress of ProxyPair ${pair}`;
}

export function bothPublicAddressesBound(publicIp: string): string {
  return `${publicIp} is bound too: decide which one to keep, and release the other`;
}
