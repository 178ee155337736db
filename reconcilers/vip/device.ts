import { ipv4 } from '../../crds/schema/address.ts';
import type { Finding, FindingBuilder } from '../contract/finding.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import { deviceWith } from '../shared/network-device.ts';
import type { DesiredKeepalived } from './desired.ts';
import { addressNotOnDevice, vipOutsideSubnet } from './messages.ts';

/** The name of the device that has the instance's address; its prefix is that of the subnet. Or why there is none. */
export function deviceOf(
  { instance, vip, overlay }: DesiredKeepalived,
  links: Observation<readonly Link[]>,
  finding: FindingBuilder,
): string | Finding {
  const field = 'network device';
  const want = 'with the address';
  if (instance.state !== 'present')
    return finding('NotObserved', field, { have: 'unknown', want }, notObserved(instance));
  if (links.state !== 'present') return finding('NotObserved', field, { have: 'unknown', want }, notObserved(links));
  const own = instance.value.privateAddress;
  const device = deviceWith(own, links);
  if (!own || !device) {
    return finding('AddressNotOnDevice', field, { have: 'none', want }, manual(addressNotOnDevice(own)));
  }
  const prefix = Number(device.addresses.find((address) => address.startsWith(`${own}/`))?.split('/')[1]);
  if (overlay || (vip !== own && inSameSubnet(own, vip, prefix))) return device.name;
  const have = `${own}/${prefix}`;
  return finding('VipOutsideSubnet', field, { have, want }, manual(vipOutsideSubnet(vip, have)));
}

function inSameSubnet(a: string, b: string, prefix: number): boolean {
  const network = (address: string) => Math.floor((ipv4(address) ?? 0) / 2 ** (32 - prefix));
  return network(a) === network(b);
}
