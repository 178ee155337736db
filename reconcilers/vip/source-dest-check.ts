import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredVip } from './desired.ts';
import { sourceDestCheckOn } from './route-messages.ts';

/**
 * With an overlay address, EC2 must not check source and destination on the proxies. Of created hosts that is set together with the rest of
 * their interface; adopted ones are never changed.
 */
export function sourceDestCheckFindings(
  { hosts, tenants }: DesiredVip,
  interfaces: Observation<readonly NetworkInterface[]>,
): readonly Finding[] {
  return hosts.flatMap(({ host, subject, instance, adopted }) => {
    const id = instance.state === 'present' ? instance.value.networkInterfaceId : undefined;
    if (!adopted || id === undefined) return [];
    const finding = findingsAbout(subject, { impacts: tenants });
    const [field, want] = [`source/destination check of ${id}`, 'disabled'];
    if (interfaces.state !== 'present')
      return [finding('NotObserved', field, { have: 'unknown', want }, notObserved(interfaces), [])];
    const nic = interfaces.value.find(({ networkInterfaceId }) => networkInterfaceId === id);
    if (!nic?.sourceDestCheck) return [];
    return [finding('SourceDestCheckEnabled', field, { have: 'enabled', want }, manual(sourceDestCheckOn(host, id)))];
  });
}
