import type { Lab } from '../support/lab.ts';
import { onHostOf, replicasOf, type TenantName } from '../support/members.ts';
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
    expected: [{ subject: /^container\/globex-r\d$/, reason: 'NotRunning', field: 'state', have: 'STOPPED' }],
    changes: /^(container|redis|sentinel)\/globex-r\d$/,
    unaffected: 'acme',
  },
  {
    name: "a container's memory limit changed",
    breakIt: replica('acme', (member, { containers }) => containers.limitMemory(`acme-${member}`, '300M')),
    expected: [
      {
        subject: /^container\/acme-r\d@limits$/,
        reason: 'ContainerLimitDiffers',
        by: 'action',
        field: 'memory limit',
        have: '314572800',
        want: '268435456',
      },
    ],
    changes: /^container\/acme-r\d@limits$/,
  },
  {
    name: "its veth's tag changed",
    breakIt: replica('globex', () => 'ovs-vsctl set Port ct102 tag=999'),
    expected: [
      {
        subject: /^container\/globex-r\d$/,
        reason: 'ContainerPortDiffers',
        field: 'Port ct102 tag',
        have: '999',
        want: '102',
      },
    ],
    changes: /^container\/globex-r\d$/,
  },
  {
    name: 'its veth black-holed',
    breakIt: replica('acme', (member, { containers }) => containers.blackHole(`acme-${member}`)),
    expected: [{ subject: /^container\/acme-r\d$/, reason: 'ContainerPortStale', field: 'Port ct101 ifindex' }],
    changes: /^(container|redis|sentinel)\/acme-r\d$/,
  },
];
