import { attach } from '../../renderers/port-up.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Takes a running container's veth out of Open vSwitch and puts it in again: what heals a black-holed port. */
export const containerAttach: HostVerb<ActionOf<'container-attach'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ attachment }) => attach(attachment),
  says: ({ attachment }) => `attach ${attachment.port} to VLAN ${attachment.tag} on ${attachment.bridge}`,
  settlesMs: 5_000,
};
