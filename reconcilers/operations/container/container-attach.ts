import { attach } from '../../../renderers/ovs/port-up.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Removes a running container's veth from Open vSwitch and adds it again, which repairs a port that passes no packets. */
export const containerAttach: HostOperation<ActionOf<'container-attach'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ attachment }) => attach(attachment),
  describe: ({ attachment }) => `attach ${attachment.port} to VLAN ${attachment.tag} on ${attachment.bridge}`,
  settleMs: 5_000,
};
