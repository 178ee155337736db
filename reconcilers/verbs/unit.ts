import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

export const unit: HostVerb<ActionOf<'unit'>> = {
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
systemctl daemon-reload
if [ "$order" = stop ]; then
  systemctl disable --quiet --now "$unit"
  exit
fi
systemctl enable --quiet "$unit"
systemctl reset-failed "$unit" 2>/dev/null || :
systemctl "$order" "$unit"`),
    ]),
  says: ({ unit, order }) => `${order} ${unit}`,
  settlesMs: 5_000,
};
