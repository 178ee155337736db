import type { HostName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Observed } from '../contract/reconciler.ts';
import { dependsOn, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import { denialOf, type Observation, unknown } from '../facts/observation.ts';
import { type ConnectionUse, connectionUse, haproxyLimitText, maxclientsText } from '../shared/connection-limit.ts';
import {
  clientView,
  failureOf,
  hasAddress,
  type ServiceFailure,
  type ServiceView,
  viewFrom,
} from '../shared/service-view.ts';
import type { DesiredService, serviceFacts } from './desired.ts';
import { portDrop } from './firewall.ts';
import { connectionClosed, failoverUnderWay, noConnection, portBlocked, slow, writesRefused } from './messages.ts';

type ObservedService = Observed<ReturnType<typeof serviceFacts>>;

/** After a failover clients can write again within this; what takes longer does not come right by itself. */
const graceSeconds = 60;
/** Until the network of EC2 delivers the virtual address to the proxy that has taken it. */
const moveSeconds = 10;

/** What the clients of a tenant get, tried as a client from both proxies. The causes are findings of other components, if one knows them. */
export function serviceFindings(desired: DesiredService, observed: ObservedService): readonly Finding[] {
  const { subject, tenant, pair } = desired;
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  const field = `write through ${endpointOf(desired)}`;
  const holders = holdersOf(desired, observed);
  const use = connectionUse(tenant, pair, holders, (host) => observed.haproxy[pair.hosts.indexOf(host)]);
  const outside = pair.hosts.filter((_, index) => hasAddress(observed.links[index], pair.vip) === false);
  const service = pair.hosts.map((_, index) => viewFrom(observed.service[index], observed.keepalived[index]));
  const views = { service, hosts: pair.hosts, outside, use };
  const view = clientView(views);
  if (!view) {
    // Which member has which password is found out about Redis.
    if (service.some((one) => denialOf(one) === 'password')) {
      const values = { have: 'the declared password is refused', want: 'accepted' };
      return [finding('PasswordDiffers', field, values, dependsOn(`redis/${tenant.name}`), [])];
    }
    const remedy = notObserved(service[0] ?? unknown('it was not observed'));
    return [finding('NotObserved', field, { have: 'unknown', want: 'accepted' }, remedy, [])];
  }
  const failure = failureOf(views);
  if (!failure) return [];
  const remedy = remedyOf(failure.reason, view, use, desired, observed);
  return [finding(failure.reason, field, { have: haveOf(view), want: 'accepted' }, remedy)];
}

function endpointOf({ tenant, pair }: DesiredService): string {
  return `${pair.vip}:${tenant.expose?.port}`;
}

function holdersOf({ pair }: DesiredService, { links }: ObservedService): readonly HostName[] {
  return pair.hosts.filter((_, index) => hasAddress(links[index], pair.vip) === true);
}

function haveOf({ host, outcome, words }: ServiceView): string {
  const answers = {
    'no-connection': 'no connection',
    lost: 'the connection is closed',
    'no-reply': 'no reply in time',
  };
  return `from ${host}: ${outcome === 'refused' || outcome === 'writable' ? words : answers[outcome]}`;
}

function remedyOf(
  failure: ServiceFailure,
  view: ServiceView,
  use: ConnectionUse | undefined,
  desired: DesiredService,
  observed: ObservedService,
): Remedy {
  const { tenant } = desired;
  const [holder] = holdersOf(desired, observed);
  if (failure === 'WritesRefused') {
    const message = writesRefused(view.refusal);
    if (view.refusal === 'NOREPLICAS') return dependsOn(`redis/${tenant.name}`, message);
    return view.refusal === 'OOM' || view.refusal === 'MISCONF' ? manual(message) : settled(message);
  }
  if (!holder) return dependsOn(`vip/${desired.pair.name}`);
  const unready = unreadyProxy(desired, observed, holder);
  if (unready) return unready;
  if (failure === 'ConnectionLimit') {
    const reached = view.outcome === 'refused' ? undefined : use?.reached;
    return manual(reached ? haproxyLimitText(reached) : maxclientsText(tenant, 'the master', use));
  }
  // A busy server answers later. What stays slow stays reported.
  if (failure === 'Slow') return settling(slow(view.words));
  if (failure === 'ConnectionClosed') return settled(connectionClosed(holder));
  const endpoint = endpointOf(desired);
  if (failure === 'NoConnection') return settled(noConnection(endpoint, view.words));
  const moved = Math.min(...observed.keepalived.flatMap((seen) => known(seen)?.vrrp?.forSeconds ?? []));
  return moved < moveSeconds
    ? settling(failoverUnderWay)
    : manual(portBlocked(endpoint, view.host, holder, portDrop(desired, observed, view.host, holder)));

  /** While something has just changed it may resolve by itself; otherwise somebody must act. */
  function settled(message: string): Remedy {
    return secondsSinceChange(desired, observed) < graceSeconds ? settling(failoverUnderWay) : manual(message);
  }
}

/** HAProxy on the host does not run, or does not admit one master: it has a finding of its own. */
function unreadyProxy(desired: DesiredService, observed: ObservedService, host: HostName): Remedy | undefined {
  const process = processOn(desired, observed, host);
  const servers = process?.tenants.find(({ tenant }) => tenant === desired.tenant.name)?.servers;
  if (!servers) return dependsOn(`haproxy/${host}`);
  const admitted = servers.filter(({ up }) => up).length;
  return admitted === 1 ? undefined : dependsOn(`haproxy/${host}:${desired.tenant.name}`);
}

function processOn({ pair }: DesiredService, { haproxy }: ObservedService, host: HostName) {
  const seen = haproxy[pair.hosts.indexOf(host)];
  return seen?.state === 'present' ? seen.value.process : undefined;
}

/** Seconds since VRRP changed its state on a proxy, or HAProxy started there, or admitted another member of the tenant. */
function secondsSinceChange({ tenant, pair }: DesiredService, { haproxy, keepalived }: ObservedService): number {
  const vrrp = keepalived.flatMap((seen) => known(seen)?.vrrp?.forSeconds ?? []);
  const checks = pair.hosts.flatMap((_, index) => {
    const process = known(haproxy[index])?.process;
    const servers = process?.tenants.find((one) => one.tenant === tenant.name)?.servers ?? [];
    return process ? [process.uptimeSeconds, ...servers.map(({ sinceSeconds }) => sinceSeconds)] : [];
  });
  return Math.min(...vrrp, ...checks);
}

function known<T>(seen: Observation<T> | undefined): T | undefined {
  return seen?.state === 'present' ? seen.value : undefined;
}
