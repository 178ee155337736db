import type { HostName } from '../../crds/fleet.ts';
import { proxyUnits } from '../../renderers/lib/proxy-paths.ts';
import { bind } from '../contract/reconciler.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import { passwordInUse } from '../shared/password-in-use.ts';
import { tenantStateOf } from '../shared/tenant-state.ts';
import { backendHealthFindings } from './backend-health.ts';
import { type DesiredBackendHealth, type DesiredProxy, type DesiredUnpaired, desiredHaproxy } from './desired.ts';
import { proxyFindings } from './proxy.ts';
import { unpairedFindings } from './unpaired-proxy.ts';
import type { Passwords } from './withheld-config.ts';

const facts = (desired: DesiredProxy | DesiredBackendHealth | DesiredUnpaired) => {
  const { kind, host, memberHosts } = desired;
  const both = kind === 'proxy' ? [host, desired.peer.host] : kind === 'unpaired' ? [] : [host];
  return {
    haproxy: both.map((one) => ({ fact: 'haproxy', host: one }) as const),
    keepalived:
      kind === 'proxy' ? both.map((one) => ({ fact: 'keepalived', host: one, pair: desired.pair }) as const) : [],
    links: kind === 'proxy' ? both.map((one) => ({ fact: 'links', host: one }) as const) : [],
    units: { fact: 'units', host, units: proxyUnits } as const,
    members: memberHosts.map((one) => ({ fact: 'members', host: one }) as const),
  };
};

const notRequested = unknown('it was not observed');

/** One listener per tenant on the virtual IP, which admits only the master that a majority of the Sentinels names. */
export const haproxy = bind<DesiredProxy | DesiredBackendHealth | DesiredUnpaired, ReturnType<typeof facts>>({
  component: 'haproxy',
  desire: desiredHaproxy,
  facts,
  diff: (desired, observed) => {
    if (desired.kind === 'unpaired') return unpairedFindings(desired, observed.units);
    const [answer = notRequested, other = notRequested] = observed.haproxy;
    if (desired.kind === 'backend-health') return backendHealthFindings(desired, answer);
    const [own = notRequested, peer = notRequested] = observed.keepalived;
    const [links = notRequested, peerLinks = notRequested] = observed.links;
    return proxyFindings(desired, answer, observed.units, {
      passwords: passwordsOf(desired, observed.members),
      pair: { own, links, peer: { haproxy: other, keepalived: peer, links: peerLinks } },
    });
  },
});

/** By tenant, from facts of its members' hosts, which the redis component requests as well. */
function passwordsOf(
  { memberHosts, declared }: DesiredProxy,
  answers: readonly Observation<readonly MemberFacts[]>[],
): Passwords {
  const on = (host: HostName) => answers[memberHosts.indexOf(host)] ?? notRequested;
  return new Map(
    declared.map((tenant) => {
      const members = tenant.members.map(({ host }) => on(host));
      return [tenant.name, passwordInUse(tenant, tenantStateOf(tenant, { members, redis: [], sentinels: [] }))];
    }),
  );
}
