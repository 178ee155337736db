import type { Lab } from '../support/lab.ts';
import { onHostOf, replicasOf, type TenantName } from './members.ts';
import type { Row } from './row.ts';

const replica = (tenant: TenantName, script: (member: string) => string) => async (lab: Lab) => {
  const [member] = await replicasOf(lab, tenant);
  return onHostOf(lab, member, script(member));
};

/** A member's container, its limits and its veth. */
export const containerRows: readonly Row[] = [
  {
    name: 'a container stopped',
    breakIt: replica('globex', (member) => `lxc-stop -k -n globex-${member}`),
    says: [/container\/globex-r\d\n.*STOPPED/],
    touches: /^(container|redis|sentinel)\/globex-r\d$/,
    spares: 'acme',
  },
  {
    name: "a container's memory limit changed",
    breakIt: replica('acme', (member) => {
      const limit = `lxc-cgroup -n acme-${member}`;
      return `${limit} memory.limit_in_bytes 300M 2>/dev/null || ${limit} memory.max 300M`;
    }),
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
    // A restart whose veth was not put into Open vSwitch anew: the port is there, up, without error, and nothing passes.
    breakIt: replica(
      'acme',
      (member) =>
        `lxc-stop -k -n acme-${member}; lxc-start -n acme-${member} -s lxc.net.0.script.up=/bin/true </dev/null >/dev/null 2>&1`,
    ),
    says: [/container\/acme-r\d\n.*ct101.*ifindex/],
    touches: /^(container|redis|sentinel)\/acme-r\d$/,
  },
];
