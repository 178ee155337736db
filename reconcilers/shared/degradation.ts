import type { Observation } from '../facts/observation.ts';

/** Something that is unhealthy about a tenant. `reason`: a code of the Ready condition. `unknown`: it could not be observed. */
export interface Degradation {
  readonly reason:
    | 'Degraded'
    | 'ReplicaDown'
    | 'PersistenceFailing'
    | 'DiskFull'
    | 'OomKilled'
    | 'MemoryPressure'
    | 'SplitVip'
    | 'PathMtu'
    | 'StandbyCannotTakeOver';
  readonly message: string;
  readonly unknown: boolean;
}

export function degraded(message: string, reason: Degradation['reason'] = 'Degraded'): Degradation {
  return { reason, message, unknown: false };
}

export function unobserved(what: string, observation: Observation<unknown> | undefined): readonly Degradation[] {
  if (observation?.state === 'present') return [];
  const unknown = observation?.state === 'unknown';
  return [
    { ...degraded(`${what} could not be observed: ${unknown ? observation.reason : 'it does not exist'}`), unknown },
  ];
}
