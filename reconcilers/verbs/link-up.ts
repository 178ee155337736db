import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

export const linkUp: HostVerb<ActionOf<'link-up'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ device, mtu, addresses, stale = [] }) =>
    lines([
      // Before the others are added: with the first address of a network, the kernel takes away those that came later.
      ...stale.map((address) => sh`ip address del ${address} dev ${device} 2>/dev/null || :`),
      sh`ip link set dev ${device} mtu ${mtu} up`,
      ...addresses.map((address) => sh`ip address replace ${address} dev ${device}`),
    ]),
  says: ({ device, addresses, stale = [] }) =>
    `bring ${[device, 'up', ...(addresses.length ? ['with', addresses.join(', ')] : [])].join(' ')}${stale.length ? `, without ${stale.join(', ')}` : ''}`,
  settlesMs: 0,
};
