import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Without systemd (CentOS 6) the unit is a service of init. */
export const unit: HostOperation<ActionOf<'unit'>> = {
  via: 'host',
  seconds: 60,
  host: ({ host }) => host,
  script: ({ unit, order }) =>
    lines([
      sh`unit=${unit} order=${order}`,
      fixed(`if ! command -v systemctl >/dev/null; then
  name=\${unit%.service}
  if [ "$order" = stop ]; then chkconfig "$name" off; else chkconfig "$name" on; fi
  service "$name" "$order"
  exit
fi
if [ "$order" = mask ]; then
  systemctl mask --quiet "$unit"
  exit
fi
systemctl daemon-reload
if [ "$order" = stop ]; then
  systemctl disable --quiet --now "$unit"
  exit
fi
systemctl enable --quiet "$unit"
systemctl reset-failed "$unit" 2>/dev/null || :
systemctl "$order" "$unit"`),
    ]),
  describe: ({ unit, order }) => `${order} ${unit}`,
  settleMs: 5_000,
};
