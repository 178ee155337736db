import type { HostName } from '../../crds/fleet.ts';
import { vipPlaces } from '../../renderers/proxy-places.ts';
import type { Subject } from '../drift.ts';
import type { Instance } from '../inventory.ts';
import type { Observation } from '../observation.ts';
import type { Keepalived, Move } from '../questions/keepalived.ts';
import type { Link } from '../questions/links.ts';
import type { UnitFacts } from '../questions/units.ts';
import { reasonOf } from '../service.ts';
import type { DesiredHolder, DesiredVip } from './desired.ts';

/** What one host of a pair shows of the address. */
export interface View {
  readonly host: HostName;
  readonly subject: Subject;
  readonly instance: Instance | undefined;
  /** EC2 says that it does not run, or is not there: it carries no address, whatever cannot be asked of it. */
  readonly dead: boolean;
  /** Why it could not be seen; undefined when it was. */
  readonly unseen: string | undefined;
  /** MASTER, BACKUP, FAULT, STOP; undefined while keepalived does not run or has not said. */
  readonly state: string | undefined;
  readonly forSeconds: number;
  readonly running: boolean;
  /** The device that carries the address. */
  readonly device: string | undefined;
  readonly move: Move | undefined;
}

export interface Sights {
  readonly keepalived: readonly Observation<Keepalived>[];
  readonly links: readonly Observation<readonly Link[]>[];
  readonly units: readonly Observation<readonly UnitFacts[]>[];
}

export function viewsOf({ hosts, vip }: DesiredVip, seen: Sights): readonly View[] {
  return hosts.map((holder, index) =>
    viewOf(holder, vip, [seen.keepalived[index], seen.links[index], seen.units[index]]),
  );
}

const gone = ['stopped', 'terminated', 'shutting-down'];

type Sight = readonly [
  Observation<Keepalived> | undefined,
  Observation<readonly Link[]> | undefined,
  Observation<readonly UnitFacts[]> | undefined,
];

function viewOf({ host, subject, instance }: DesiredHolder, vip: string, sight: Sight): View {
  const known = instance.state === 'present' ? instance.value : undefined;
  const base = {
    host,
    subject,
    instance: known,
    dead: instance.state === 'absent' || (known !== undefined && gone.includes(known.state)),
    state: undefined,
    forSeconds: 0,
    running: false,
    device: undefined,
    move: undefined,
  };
  const [keepalived, links, units] = sight;
  if (keepalived?.state !== 'present' || links?.state !== 'present' || units?.state !== 'present') {
    const first = sight.find((one) => one?.state !== 'present') ?? { state: 'unknown', reason: 'it was not asked' };
    return { ...base, unseen: reasonOf(first) };
  }
  const running = units.value.some((unit) => unit.unit === vipPlaces.unit && unit.active === 'active');
  const { vrrp, move } = keepalived.value;
  return {
    ...base,
    unseen: undefined,
    running,
    state: running ? vrrp?.state : undefined,
    forSeconds: vrrp?.forSeconds ?? 0,
    device: links.value.find((link) => link.addresses.some((address) => address.split('/')[0] === vip))?.name,
    move,
  };
}
