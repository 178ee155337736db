import { dropAddress } from '../../../renderers/keepalived/drop-address.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Removes the virtual IP from a host that is not VRRP master. Checks that first: the host may have become master meanwhile. */
export const addressDrop: HostOperation<ActionOf<'address-drop'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ pair, address }) =>
    lines([
      sh`state=; read -r state _ <${`${vipPlaces.states}/${pair}`} 2>/dev/null || :`,
      // Only a unit that systemd reports as inactive or failed is known not to run. No answer means unknown.
      sh`unit=$(systemctl is-active ${vipPlaces.unit} 2>/dev/null) || :`,
      sh`if [ "$state" = MASTER ] && [ "$unit" != inactive ] && [ "$unit" != failed ]; then`,
      sh`  echo "the host has become master, or systemd does not report the state of the unit: nothing was changed" >&2; exit 1`,
      sh`fi`,
      fixed(dropAddress),
      sh`drop_address ${address}`,
    ]),
  describe: ({ address, device }) => `remove ${address} from ${device}`,
  settleMs: 0,
};
