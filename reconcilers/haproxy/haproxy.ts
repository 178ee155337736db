import type { HostName } from '../../crds/fleet.ts';
import { proxyUnits } from '../../renderers/proxy-places.ts';
import { type Observation, unknown } from '../observation.ts';
import { passwordInUse } from '../password-in-use.ts';
import type { MemberFacts } from '../questions/members.ts';
import { bind } from '../reconciler.ts';
import { sightOf } from '../tenant-sight.ts';
import { admissionDrift } from './admission.ts';
import { type DesiredAdmission, type DesiredIdle, type DesiredProxy, desiredHaproxy } from './desired.ts';
import type { Passwords } from './held-back.ts';
import { idleDrift } from './idle.ts';
import { proxyDrift } from './proxy.ts';

const questions = ({ kind, host, memberHosts }: DesiredProxy | DesiredAdmission | DesiredIdle) => ({
  haproxy: (kind === 'idle' ? [] : [host]).map((one) => ({ what: 'haproxy', host: one }) as const),
  units: { what: 'units', host, units: proxyUnits } as const,
  members: memberHosts.map((one) => ({ what: 'members', host: one }) as const),
});

/** A listener a tenant at the virtual address, behind which only the master is admitted that a majority of its Sentinels name. */
export const haproxy = bind<DesiredProxy | DesiredAdmission | DesiredIdle, ReturnType<typeof questions>>({
  concern: 'haproxy',
  desire: desiredHaproxy,
  questions,
  diff: (desired, seen) => {
    if (desired.kind === 'idle') return idleDrift(desired, seen.units);
    const answer = seen.haproxy[0] ?? unknown('it was not asked');
    return desired.kind === 'proxy'
      ? proxyDrift(desired, answer, seen.units, passwordsOf(desired, seen.members))
      : admissionDrift(desired, answer);
  },
});

/** By tenant, as its members' hosts tell it: a question that Redis's own concern puts too. */
function passwordsOf(
  { memberHosts, declared }: DesiredProxy,
  answers: readonly Observation<readonly MemberFacts[]>[],
): Passwords {
  const on = (host: HostName) => answers[memberHosts.indexOf(host)] ?? unknown('it was not asked');
  return new Map(
    declared.map((tenant) => {
      const members = tenant.members.map(({ host }) => on(host));
      return [tenant.name, passwordInUse(tenant, sightOf(tenant, { members, redis: [], sentinels: [] }))];
    }),
  );
}
