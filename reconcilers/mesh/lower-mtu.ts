import type { Containers } from '../facts/container/container-facts.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import type { OvsBridge } from '../facts/ovs/ovs.ts';
import type { DesiredMesh, TenantPort } from './desired.ts';

/**
 * The ports of a proxy, each with the MTU that it is to have now: a smaller one than it has only once no member of its tenant runs with a
 * larger one. A connection keeps the segment size that its two ends agreed on when it began (TCP MSS, RFC 9293 3.7.1), and what a member
 * sends in that size would be lost at the port. `containers`: of all Redis hosts.
 */
export function portsForNow(
  { ports }: DesiredMesh,
  bridge: OvsBridge | undefined,
  links: Observation<readonly Link[]>,
  containers: readonly Observation<Containers>[],
): readonly TenantPort[] {
  const devices = links.state === 'present' ? links.value : [];
  return ports.map((port) => {
    // While the devices are not known, as Open vSwitch was asked for.
    const requested = bridge?.ports.find(({ name }) => name === port.port)?.mtuRequest;
    const has = devices.find(({ name }) => name === port.port)?.mtu ?? requested ?? port.mtu;
    return has > port.mtu && mayNeedMore(port, containers) ? { ...port, mtu: has } : port;
  });
}

function mayNeedMore({ tenant, mtu }: TenantPort, containers: readonly Observation<Containers>[]): boolean {
  return containers.some(
    (seen) =>
      seen.state === 'unknown' ||
      (seen.state === 'present' &&
        seen.value.containers.some(
          (one) => one.mark?.tenant === tenant && one.state === 'RUNNING' && runsWithMore(one.mtu, mtu),
        )),
  );
}

function runsWithMore(has: number | undefined, mtu: number): boolean {
  return has === undefined || has > mtu;
}
