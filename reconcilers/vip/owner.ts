import { vipPlaces } from '../../renderers/proxy-places.ts';
import { act, blind, type Drift, operator, type Remedy, wait } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import { reasonOf } from '../service.ts';
import type { DesiredVip } from './desired.ts';
import { type Sights, type View, viewsOf } from './views.ts';

/** How long keepalived and its script may take before we, or a person, step in. */
const graceSeconds = 10;

/** Three views of one address, that of VRRP, of the interfaces and of EC2, reconciled as one thing: exactly one owner. */
export function ownerDrift(
  desired: DesiredVip,
  owners: Observation<readonly AddressOwner[]>,
  seen: Sights,
): readonly Drift[] {
  const views = viewsOf(desired, seen);
  const apart = subnetDrift(desired, views);
  if (apart.length) return apart;
  const strays = views.filter(isStray);
  if (strays.length) return strays.map((view) => strayDrift(desired, view));
  const masters = views.filter((view) => view.state === 'MASTER' && view.device !== undefined);
  const [master] = masters;
  if (masters.length > 1) return [twoMasters(desired, masters)];
  return master ? eniDrift(desired, master, views, owners) : [noMaster(desired, views)];
}

function finding({ subject, tenants }: DesiredVip, field: string, want: string, have: string, remedy: Remedy): Drift {
  return { subject, field, want, have, hurts: tenants, remedy };
}

function subnetDrift(desired: DesiredVip, views: readonly View[]): readonly Drift[] {
  const subnets = [...new Set(views.flatMap((view) => view.instance?.subnetId ?? []))];
  if (subnets.length < 2) return [];
  const have = views.map((view) => `${view.host} in ${view.instance?.subnetId ?? 'none'}`).join(', ');
  const words = `an address cannot move between subnets: declare two proxies of one subnet in ProxyPair ${desired.pair}`;
  return [finding(desired, 'subnet', 'one for both proxies', have, operator(words))];
}

/** The address lies on a host that does not claim it: what a killed keepalived leaves behind. */
function isStray(view: View): boolean {
  if (view.unseen !== undefined || !view.device) return false;
  return !view.running || (view.state !== undefined && view.state !== 'MASTER' && view.forSeconds >= 3);
}

function strayDrift(desired: DesiredVip, { host, device, state }: View): Drift {
  const have = `on ${device}, while keepalived ${state ? `is in ${state}` : 'does not run'}`;
  const remedy = act([{ verb: 'address-drop', host, pair: desired.pair, address: desired.vip, device: device ?? '' }]);
  return finding(desired, `${desired.vip} on ${host}`, 'not there', have, remedy);
}

function twoMasters(desired: DesiredVip, masters: readonly View[]): Drift {
  const names = masters.map((view) => view.host).join(' and ');
  const seconds = Math.min(...masters.map((view) => view.forSeconds));
  const words = `${names} do not hear each other: allow IP protocol 112 (VRRP) between them in their security group, and look at the network between them`;
  const remedy = seconds < graceSeconds ? wait('one of them gives way as soon as it hears the other') : operator(words);
  return finding(desired, 'VRRP master', 'one', names, remedy);
}

function noMaster(desired: DesiredVip, views: readonly View[]): Drift {
  const have = views.map((view) => `${view.host} ${stateWords(view)}`).join(', ');
  return finding(desired, 'VRRP master', 'one', have, withoutMaster(views));
}

function withoutMaster(views: readonly View[]): Remedy {
  const hidden = views.find((view) => view.unseen !== undefined && !view.dead);
  if (hidden) return blind(`${hidden.host} may be the master: ${hidden.unseen}`);
  const idle = views.find((view) => !view.dead && !view.running);
  if (idle) return wait(`rests on ${idle.subject}`);
  if (views.some((view) => !view.dead && (view.state === undefined || view.forSeconds < graceSeconds))) {
    return wait('the two are agreeing on a master');
  }
  if (views.every((view) => view.dead || view.state === 'FAULT')) {
    return operator(
      'neither host may take the address: on each, HAProxy does not answer or the network device is down (journalctl -u ec2-redis-haproxy -u ec2-redis-keepalived)',
    );
  }
  return operator('nobody takes the address: look at journalctl -u ec2-redis-keepalived on both hosts');
}

function stateWords({ state, dead, unseen, instance }: View): string {
  if (dead) return instance?.state ?? 'is not there';
  if (unseen !== undefined) return 'could not be seen';
  return state ?? 'without keepalived';
}

function eniDrift(
  desired: DesiredVip,
  master: View,
  views: readonly View[],
  owners: Observation<readonly AddressOwner[]>,
): readonly Drift[] {
  const { vip } = desired;
  const field = `ENI of ${vip}`;
  const wanted = master.instance?.networkInterfaceId;
  if (owners.state !== 'present' || !wanted) {
    const reason = owners.state === 'present' ? `EC2 does not show the ENI of ${master.host}` : reasonOf(owners);
    return [finding(desired, field, `that of ${master.host}`, 'could not be seen', blind(reason))];
  }
  const owner = ownerOf(vip, master, owners.value);
  if (owner?.networkInterfaceId === wanted) return abilityDrift(desired, master);
  const have = owner ? `${owner.networkInterfaceId} of ${owner.instanceId ?? 'no instance'}` : 'none';
  return [
    finding(desired, field, `${wanted} of ${master.host}`, have, moveRemedy(desired, master, views, owner, wanted)),
  ];
}

/** The address is where it belongs, but the host could not bring it there itself: the next failover would fail. */
function abilityDrift(desired: DesiredVip, { host, move }: View): readonly Drift[] {
  if (move?.outcome !== 'failed') return [];
  const words = `${host} could not move the address itself (${move.words}): correct that, usually its IAM role, then try with: ${vipPlaces.notify} ${desired.pair} RETRY`;
  return [finding(desired, `last move by ${host}`, 'confirmed', 'failed', operator(words))];
}

/** Another VPC may have the same private address. */
function ownerOf(vip: string, master: View, owners: readonly AddressOwner[]): AddressOwner | undefined {
  return owners.find(
    (one) => one.vpcId === master.instance?.vpcId && one.addresses.some(({ address }) => address === vip),
  );
}

function moveRemedy(
  { vip, pair }: DesiredVip,
  master: View,
  views: readonly View[],
  owner: AddressOwner | undefined,
  networkInterfaceId: string,
): Remedy {
  const ours = views.some((view) => view.instance?.networkInterfaceId === owner?.networkInterfaceId);
  if (owner?.addresses.some((one) => one.address === vip && one.primary)) {
    return operator(
      `${vip} is the primary address of ${owner.networkInterfaceId}: declare another as vip of ProxyPair ${pair}`,
    );
  }
  if (owner && !ours) {
    return operator(
      `${owner.networkInterfaceId} (${owner.instanceId ?? 'attached to nothing'}) is not of this pair: unassign ${vip} from it if it is not needed there, or declare another vip`,
    );
  }
  const hidden = views.find((view) => view.unseen !== undefined && !view.dead);
  if (hidden) return blind(`${hidden.host} may have it rightly: ${hidden.unseen}`);
  if (master.forSeconds < graceSeconds) return wait(`${master.host} moves it${moveWords(master)}`);
  return act([{ verb: 'address-assign', host: master.host, networkInterfaceId, address: vip }]);
}

function moveWords({ move }: View): string {
  return move && move.outcome !== 'confirmed' ? ` (${move.words})` : '';
}
