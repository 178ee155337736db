import type { HostName } from '../../crds/fleet.ts';
import type { Link } from '../facts/host/links.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import type { ServiceFacts } from '../facts/service/service.ts';
import type { ConnectionUse } from './connection-limit.ts';

/** What a client gets that connects from one proxy host. */
export interface ServiceView extends ServiceFacts {
  readonly host: HostName;
}

/** What was observed from the proxies of a pair. */
export interface ServiceObserved {
  /** In the order of `hosts`. */
  readonly service: readonly Observation<ServiceFacts>[];
  readonly hosts: readonly HostName[];
  /** Hosts that are known not to have the virtual address on a device of theirs: they reach it over the network, as clients do. */
  readonly outside: readonly HostName[];
  /** On the host that has the address. */
  readonly use: ConnectionUse | undefined;
}

/** Whether a device of the host has the address, with any prefix. Undefined if that is not known. */
export function hasAddress(links: Observation<readonly Link[]> | undefined, address: string): boolean | undefined {
  if (links?.state !== 'present') return undefined;
  return links.value.some(({ addresses }) => addresses.some((one) => one.split('/')[0] === address));
}

/**
 * What was observed from a proxy, as far as it says something about clients. One that gets no connection and does not hear the other proxy
 * over VRRP either may be the only one that does not reach that host.
 */
export function viewFrom(
  service: Observation<ServiceFacts> | undefined,
  keepalived: Observation<Keepalived> | undefined,
): Observation<ServiceFacts> {
  const apart = keepalived?.state === 'present' && keepalived.value.yields?.cause === 'split';
  if (apart && service?.state === 'present' && service.value.outcome === 'no-connection')
    return unknown('it does not reach the other proxy, over VRRP or at all');
  return service ?? unknown('it was not observed');
}

/** The views that were observed. */
export function viewsOf({ service, hosts }: ServiceObserved): readonly ServiceView[] {
  return hosts.flatMap((host, index) => {
    const seen = service[index];
    return seen?.state === 'present' ? [{ host, ...seen.value }] : [];
  });
}

/**
 * What the clients get. They come over the network, as the proxy without the address does. A host reaches an address of its own past its
 * firewall and past EC2, so that its view counts only if there is no other. Undefined if nothing was observed.
 */
export function clientView(observed: ServiceObserved): ServiceView | undefined {
  const views = viewsOf(observed);
  const outside = views.filter((view) => isOutside(view, observed));
  const [first] = outside.length ? outside : views;
  return views.length > 1 && !outside.length ? (views.find(({ outcome }) => outcome !== 'writable') ?? first) : first;
}

/** Whether a view comes over the network. Any other one says nothing about EC2, and nothing about a firewall in front of the proxy. */
export function isOutside({ host }: ServiceView, { outside }: ServiceObserved): boolean {
  return outside.includes(host);
}

/** Why no client can write, as a code of the Ready condition and of findings. */
export type ServiceFailure =
  | 'WritesRefused'
  | 'ConnectionLimit'
  | 'PortBlocked'
  | 'NoConnection'
  | 'ConnectionClosed'
  | 'Slow';

/** Why no client can write, and where that was seen. Undefined if clients can, or if nothing was observed. */
export function failureOf(
  observed: ServiceObserved,
): { readonly reason: ServiceFailure; readonly view: ServiceView } | undefined {
  const view = clientView(observed);
  const reason = view && reasonOf(view, observed);
  return view && reason && { reason, view };
}

function reasonOf(view: ServiceView, observed: ServiceObserved): ServiceFailure | undefined {
  switch (view.outcome) {
    case 'writable':
      return undefined;
    case 'refused':
      return view.refusal === 'maxclients' ? 'ConnectionLimit' : 'WritesRefused';
    case 'no-connection':
      // HAProxy resets a connection above its limit, which may be seen before the connection is.
      if (observed.use?.reached) return 'ConnectionLimit';
      return viewsOf(observed).some(({ outcome }) => outcome !== 'no-connection') ? 'PortBlocked' : 'NoConnection';
    case 'lost':
      return observed.use?.reached ? 'ConnectionLimit' : 'ConnectionClosed';
    case 'no-reply':
      return 'Slow';
  }
}
