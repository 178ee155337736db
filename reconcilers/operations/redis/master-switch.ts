import type { ActionOf } from '../actions.ts';
import type { SwitchOperation } from '../operation.ts';

/** Hands the master over to a replica while both are alive: see controller/engine/switch-master.ts. */
export const masterSwitch: SwitchOperation<ActionOf<'master-switch'>> = {
  via: 'switch',
  tenant: ({ from }) => from.tenant,
  describe: ({ from, to }) =>
    `switch the master of ${from.tenant} from ${from.tenant}-${from.member} to ${to.tenant}-${to.member} (pause writes, SENTINEL FAILOVER)`,
  settleMs: 5_000,
};
