import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Brings a device up with its MTU and addresses, and removes stale addresses, with the TCP connections that they have. */
export const linkUp: HostOperation<ActionOf<'link-up'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ device, mtu, addresses, stale = [] }) =>
    lines([
      // What is connected from an address that goes would hang until a timeout: both ends get a reset. Not every kernel can do this.
      ...stale.map((address) => sh`ss -K -n -t src ${address.split('/')[0] ?? ''} >/dev/null 2>&1 || :`),
      // Before the new address is added: with the first address of a network the kernel also removes later ones.
      ...stale.map((address) => sh`ip address del ${address} dev ${device} 2>/dev/null || :`),
      sh`ip link set dev ${device} mtu ${mtu} up`,
      ...addresses.map((address) => sh`ip address replace ${address} dev ${device}`),
    ]),
  describe: ({ device, addresses, stale = [] }) =>
    `bring ${[device, 'up', ...(addresses.length ? ['with', addresses.join(', ')] : [])].join(' ')}${stale.length ? `, without ${stale.join(', ')}` : ''}`,
  settleMs: 0,
};
