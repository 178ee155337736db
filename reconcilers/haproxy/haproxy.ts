import type { HostName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { type Observation, unknown } from '../observation.ts';
import { passwordInUse } from '../password-in-use.ts';
import type { MemberFacts } from '../questions/members.ts';
import { bind } from '../reconciler.ts';
import { sightOf } from '../tenant-sight.ts';
import { admissionDrift } from './admission.ts';
import { type DesiredAdmission, type DesiredProxy, desiredHaproxy } from './desired.ts';
import type { Passwords } from './held-back.ts';
import { proxyDrift } from './proxy.ts';

const questions = ({ host, memberHosts }: DesiredProxy | DesiredAdmission) => ({
  haproxy: { what: 'haproxy', host } as const,
  units: { what: 'units', host, units: [haproxyPlaces.unit] } as const,
  members: memberHosts.map((one) => ({ what: 'members', host: one }) as const),
});

/** A listener a tenant at the virtual address, behind which only the master is admitted that a majority of its Sentinels name. */
export const haproxy = bind<DesiredProxy | DesiredAdmission, ReturnType<typeof questions>>({
  concern: 'haproxy',
  desire: desiredHaproxy,
  questions,
  diff: (desired, seen) =>
    desired.kind === 'proxy'
      ? proxyDrift(desired, seen.haproxy, seen.units, passwordsOf(desired, seen.members))
      : admissionDrift(desired, seen.haproxy),
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
