import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

export const unit: HostVerb<ActionOf<'unit'>> = {
  via: 'host',
  seconds: 60,
  host: ({ host }) => host,
  script: ({ unit, order }) =>
    lines([
      sh`systemctl daemon-reload`,
      sh`systemctl enable --quiet ${unit}`,
      sh`systemctl reset-failed ${unit} 2>/dev/null || :`,
      sh`systemctl ${order} ${unit}`,
    ]),
  says: ({ unit, order }) => `${order} ${unit}`,
  settlesMs: 5_000,
};
