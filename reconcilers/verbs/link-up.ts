import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

export const linkUp: HostVerb<ActionOf<'link-up'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ device, mtu, addresses }) =>
    lines([
      sh`ip link set dev ${device} mtu ${mtu} up`,
      ...addresses.map((address) => sh`ip address replace ${address} dev ${device}`),
    ]),
  says: ({ device, addresses }) =>
    `bring ${[device, 'up', ...(addresses.length ? ['with', addresses.join(', ')] : [])].join(' ')}`,
  settlesMs: 0,
};
