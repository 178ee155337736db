import { announceMaster } from '../../../renderers/haproxy/announce.ts';
import type { RespEndpoint } from '../../facts/fact.ts';
import type { ActionOf } from '../actions.ts';
import type { SwitchOperation } from '../operation.ts';

/** Hands the master over to a replica while both are alive: see controller/engine/switch-master.ts. */
export const masterSwitch: SwitchOperation<ActionOf<'master-switch'>> = {
  via: 'switch',
  tenant: ({ from }) => from.tenant,
  describe: ({ from, to }) =>
    `switch the master of ${from.tenant} from ${from.tenant}-${from.member} to ${to.tenant}-${to.member} (pause writes, SENTINEL FAILOVER)`,
  announce: ({ from, to, sentinels }) =>
    announceMaster({
      tenant: { name: from.tenant, redisPort: from.port },
      master: memberOf(to),
      former: memberOf(from),
      voters: sentinels.map(memberOf),
    }),
  settleMs: 5_000,
};

function memberOf({ member = '', address }: RespEndpoint): { readonly name: string; readonly address: string } {
  return { name: member, address };
}
