import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act, manual, notKnown, notObserved, type Remedy } from '../contract/remedy.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredVip } from './desired.ts';
import { foreignInterface, interfaceNotShown, primaryAddress } from './messages.ts';
import { beforeMoving, failoverFindings } from './move.ts';
import type { ProxyState } from './proxy-states.ts';

/** A virtual IP of a subnet: EC2 has it on the network interface of the VRRP master. */
export function interfaceFindings(
  desired: DesiredVip,
  master: ProxyState,
  proxies: readonly ProxyState[],
  interfaces: Observation<readonly NetworkInterface[]>,
): readonly Finding[] {
  const { vip, subject, tenants } = desired;
  const finding = findingsAbout(subject, { impacts: tenants });
  const field = `network interface of ${vip}`;
  const wanted = master.instance?.networkInterfaceId;
  if (interfaces.state !== 'present' || !wanted) {
    const remedy = interfaces.state === 'present' ? notKnown(interfaceNotShown(master.host)) : notObserved(interfaces);
    return [finding('NotObserved', field, { have: 'unknown', want: `that of ${master.host}` }, remedy)];
  }
  const holder = holderOf(vip, master, interfaces.value);
  if (holder?.networkInterfaceId === wanted) return failoverFindings(desired, master);
  const have = holder ? `${holder.networkInterfaceId} of ${holder.instanceId ?? 'no instance'}` : 'none';
  const remedy = moveRemedy(desired, master, proxies, holder, wanted);
  return [finding('VipOnOtherInterface', field, { have, want: `${wanted} of ${master.host}` }, remedy)];
}

/** Another VPC may have the same private address. */
function holderOf(
  vip: string,
  master: ProxyState,
  interfaces: readonly NetworkInterface[],
): NetworkInterface | undefined {
  return interfaces.find(
    (one) => one.vpcId === master.instance?.vpcId && one.addresses.some(({ address }) => address === vip),
  );
}

function moveRemedy(
  { vip, pair }: DesiredVip,
  master: ProxyState,
  proxies: readonly ProxyState[],
  holder: NetworkInterface | undefined,
  networkInterfaceId: string,
): Remedy {
  const ofPair = proxies.some((proxy) => proxy.instance?.networkInterfaceId === holder?.networkInterfaceId);
  if (holder?.addresses.some((one) => one.address === vip && one.primary)) {
    return manual(primaryAddress(vip, holder.networkInterfaceId, pair));
  }
  if (holder && !ofPair) return manual(foreignInterface(holder.networkInterfaceId, holder.instanceId, vip));
  const move = act([{ operation: 'address-assign', host: master.host, networkInterfaceId, address: vip }]);
  return beforeMoving(master, proxies) ?? move;
}
