import type { Lab } from '../support/lab.ts';
import { onHostOf, replicasOf, type TenantName } from './members.ts';
import type { Row } from './row.ts';

const replica = (tenant: TenantName, script: (member: string, lab: Lab) => string) => async (lab: Lab) => {
  const [member] = await replicasOf(lab, tenant);
  return onHostOf(lab, member, script(member, lab));
};

/** A member's container, its limits and its veth. */
export const containerRows: readonly Row[] = [
  {
    name: 'a container stopped',
    breakIt: replica('globex', (member, { containers }) => containers.kill(`globex-${member}`)),
    says: [/container\/globex-r\d\n.*STOPPED/],
    touches: /^(container|redis|sentinel)\/globex-r\d$/,
    spares: 'acme',
  },
  {
    name: "a container's memory limit changed",
    breakIt: replica('acme', (member, { containers }) => containers.limitMemory(`acme-${member}`, '300M')),
    says: [/container\/acme-r\d@limits\n.*memory limit: 314572800, should be 268435456/],
    touches: /^container\/acme-r\d@limits$/,
  },
  {
    name: "its veth's tag changed",
    breakIt: replica('globex', () => 'ovs-vsctl set Port ct102 tag=999'),
    says: [/container\/globex-r\d\n.*Port ct102 tag: 999, should be 102/],
    touches: /^container\/globex-r\d$/,
  },
  {
    name: 'its veth black-holed',
    breakIt: replica('acme', (member, { containers }) => containers.blackHole(`acme-${member}`)),
    says: [/container\/acme-r\d\n(?: .*\n)*.*ct101.*ifindex/],
    touches: /^(container|redis|sentinel)\/acme-r\d$/,
  },
];
