import type { HostName } from '../../crds/fleet.ts';
import { vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import type { Subject } from '../contract/subject.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { FirewallChain } from '../facts/host/firewall.ts';
import type { Link } from '../facts/host/links.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Keepalived, Move, Yield } from '../facts/keepalived/keepalived.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import { isDown } from '../shared/pair-order.ts';
import type { DesiredVip, DesiredVipHost } from './desired.ts';

/** What was observed of the virtual IP on one host of a pair. */
export interface ProxyState {
  readonly host: HostName;
  readonly subject: Subject;
  readonly instance: Instance | undefined;
  /** EC2 shows no running instance: the host has no address, even if it cannot be observed. */
  readonly hostDown: boolean;
  /** What could not be observed; undefined if everything was. */
  readonly unobserved: Observation<unknown> | undefined;
  /** MASTER, BACKUP, FAULT, STOP; undefined while keepalived does not run or has not reported one. */
  readonly state: string | undefined;
  readonly forSeconds: number;
  readonly running: boolean;
  /** The network device that has the virtual IP. */
  readonly device: string | undefined;
  readonly move: Move | undefined;
  /** It left the address to the other proxy; undefined while keepalived does not run. */
  readonly yields: Yield | undefined;
  readonly shared: Keepalived['shared'];
}

export interface PairObservations {
  readonly keepalived: readonly Observation<Keepalived>[];
  readonly links: readonly Observation<readonly Link[]>[];
  readonly units: readonly Observation<readonly UnitFacts[]>[];
  readonly firewall: readonly Observation<readonly FirewallChain[]>[];
}

export function proxyStatesOf({ hosts, vip }: DesiredVip, seen: PairObservations): readonly ProxyState[] {
  return hosts.map((host, index) =>
    proxyStateOf(host, vip, [seen.keepalived[index], seen.links[index], seen.units[index]]),
  );
}

/** A host that may run and could not be observed. */
export function unobservedOf(proxies: readonly ProxyState[]) {
  const hidden = proxies.find((proxy) => proxy.unobserved !== undefined && !proxy.hostDown);
  return hidden?.unobserved && { host: hidden.host, unobserved: hidden.unobserved };
}

type HostObservation = readonly [
  Observation<Keepalived> | undefined,
  Observation<readonly Link[]> | undefined,
  Observation<readonly UnitFacts[]> | undefined,
];

function proxyStateOf({ host, subject, instance }: DesiredVipHost, vip: string, observed: HostObservation): ProxyState {
  const known = instance.state === 'present' ? instance.value : undefined;
  const base = {
    host,
    subject,
    instance: known,
    hostDown: isDown(instance),
    state: undefined,
    forSeconds: 0,
    running: false,
    device: undefined,
    move: undefined,
    yields: undefined,
    shared: undefined,
  };
  const [keepalived, links, units] = observed;
  if (keepalived?.state !== 'present' || links?.state !== 'present' || units?.state !== 'present') {
    const first = observed.find((one) => one?.state !== 'present');
    return { ...base, unobserved: first ?? unknown('it was not observed') };
  }
  const running = units.value.some((unit) => unit.unit === vipPlaces.unit && unit.active === 'active');
  const { vrrp, move, yields, shared } = keepalived.value;
  return {
    ...base,
    unobserved: undefined,
    running,
    state: running ? vrrp?.state : undefined,
    forSeconds: vrrp?.forSeconds ?? 0,
    device: links.value.find((link) => link.addresses.some((address) => address.split('/')[0] === vip))?.name,
    move,
    yields: running ? yields : undefined,
    shared: running ? shared : undefined,
  };
}
