import { vipPlaces } from '../../renderers/proxy-places.ts';
import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Takes the virtual address off a host that is not its master. Looks again first: it may have become so since. */
export const addressDrop: HostVerb<ActionOf<'address-drop'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ pair, address, device }) =>
    lines([
      sh`state=; read -r state _ <${`${vipPlaces.states}/${pair}`} 2>/dev/null || :`,
      // Only a unit that systemd itself calls inactive or failed is known not to run; no answer is not one.
      sh`unit=$(systemctl is-active ${vipPlaces.unit} 2>/dev/null) || :`,
      sh`if [ "$state" = MASTER ] && [ "$unit" != inactive ] && [ "$unit" != failed ]; then`,
      sh`  echo "the host has become master since, or systemd does not say: nothing was done" >&2; exit 1`,
      sh`fi`,
      sh`ip address del ${`${address}/32`} dev ${device}`,
    ]),
  says: ({ address, device }) => `take ${address} off ${device}`,
  settlesMs: 0,
};
