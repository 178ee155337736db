import type { HostName } from '../../crds/fleet.ts';
import { ipv4 } from '../../crds/schema/address.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { FirewallChain } from '../facts/host/firewall.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import { droppedBy, dropText } from '../shared/firewall.ts';
import { type Between, connection, type Traffic, vrrp } from '../shared/firewall-traffic.ts';
import { deviceWith } from '../shared/network-device.ts';
import type { TakeoverCause } from '../shared/takeover.ts';
import type { DesiredKeepalived, DesiredVip } from './desired.ts';

/** The firewall of a host and its network devices. */
export interface HostFirewall {
  readonly firewall: Observation<readonly FirewallChain[]> | undefined;
  readonly links: Observation<readonly Link[]> | undefined;
}

/** The rule on either proxy that drops VRRP packets between them, in words. Undefined if none is known to. */
export function vrrpDrop({ hosts }: DesiredVip, on: (index: number) => HostFirewall): string | undefined {
  for (const [index, { host, instance }] of hosts.entries()) {
    const own = addressOf(instance);
    for (const other of hosts.filter((one) => one.host !== host).map((one) => addressOf(one.instance))) {
      const words =
        wordsOf(host, own, on(index), (device) => vrrp({ direction: 'in', from: other, to: own, device }), 'them') ??
        wordsOf(host, own, on(index), (device) => vrrp({ direction: 'out', from: own, to: other, device }), 'them');
      if (words !== undefined) return words;
    }
  }
  return undefined;
}

/** The rule of the host that keeps it from the metadata service or from the API of EC2, in words. Undefined if none is known to. */
export function takeoverDrop(
  { host, instance, endpoint }: DesiredKeepalived,
  cause: TakeoverCause,
  seen: HostFirewall,
): string | undefined {
  const own = addressOf(instance);
  const from = (device: string | undefined): Between => ({ direction: 'out', from: own, device });
  if (cause === 'metadata')
    return wordsOf(host, own, seen, (device) => connection(80, { ...from(device), to: '169.254.169.254' }));
  const [, scheme, name = '', port] = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(endpoint) ?? [];
  if (cause !== 'api' || scheme === undefined) return undefined;
  const to = ipv4(name) === undefined ? undefined : name;
  const number = Number(port ?? (scheme === 'https' ? 443 : 80));
  return wordsOf(host, own, seen, (device) => connection(number, { ...from(device), to }));
}

function wordsOf(
  host: HostName,
  own: string | undefined,
  { firewall, links }: HostFirewall,
  traffic: (device: string | undefined) => Traffic,
  what = 'it',
): string | undefined {
  const drop = droppedBy(firewall, traffic(deviceWith(own, links)?.name));
  return drop && dropText(drop, host, what);
}

function addressOf(instance: Observation<Instance>): string | undefined {
  return instance.state === 'present' ? instance.value.privateAddress : undefined;
}
