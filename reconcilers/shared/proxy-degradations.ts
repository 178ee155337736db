import type { HostName, ProxyPair, Tenant } from '../../crds/fleet.ts';
import { proxyUnits, vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { unknown } from '../facts/observation.ts';
import type { FactRequest } from '../facts/requests.ts';
import { type Degradation, degraded, unobserved } from './degradation.ts';
import { hasAddress } from './service-view.ts';
import { type TakeoverCause, takeoverStateOf, typesFor } from './takeover.ts';

/** The facts that the degradations of a proxy are derived from. */
export function proxyFacts(pair: ProxyPair, host: HostName, inventory: Inventory): readonly FactRequest[] {
  return [
    { fact: 'haproxy', host },
    { fact: 'links', host },
    { fact: 'units', host, units: proxyUnits },
    { fact: 'keepalived', host, pair: pair.name },
    ...typesFor(pair, instanceOf(inventory, host)),
  ];
}

/** What is unhealthy about the proxies of a tenant. The proxy without the virtual address must be fit to take it over. */
export function proxyDegradations(
  tenant: Tenant,
  pair: ProxyPair,
  inventory: Inventory,
  lookup: FactLookup,
): readonly Degradation[] {
  return pair.hosts.flatMap((host) => {
    const standby = hasAddress(lookup({ fact: 'links', host }), pair.vip) === false;
    const proxy = lookup({ fact: 'haproxy', host });
    const silent = proxy.state === 'present' && !proxy.value.process;
    const serves = proxy.state === 'present' && proxy.value.serves;
    const reason = standby ? 'StandbyCannotTakeOver' : 'Degraded';
    return [
      ...unobserved(host, proxy),
      ...(silent && !serves ? [degraded(`HAProxy on ${host} is not running`, reason)] : []),
      ...(silent && serves
        ? [{ ...degraded(`HAProxy on ${host} serves, and does not respond on its stats socket`), unknown: true }]
        : []),
      ...(standby && admitsNone(tenant, host, lookup)
        ? [degraded(`HAProxy on ${host}, which would take ${pair.vip} over, forwards to no member`, reason)]
        : []),
      ...(standby ? ofTakeover(pair, host, inventory, lookup) : []),
    ];
  });
}

/** A process that has loaded the tenant, and counts no member as the master. */
function admitsNone(tenant: Tenant, host: HostName, lookup: FactLookup): boolean {
  const proxy = lookup({ fact: 'haproxy', host });
  const process = proxy.state === 'present' ? proxy.value.process : undefined;
  const loaded = process?.tenants.find((one) => one.tenant === tenant.name);
  return loaded !== undefined && !loaded.servers.some(({ up }) => up);
}

function ofTakeover(pair: ProxyPair, host: HostName, inventory: Inventory, lookup: FactLookup): readonly Degradation[] {
  const keepalived = lookup({ fact: 'keepalived', host, pair: pair.name });
  const units = lookup({ fact: 'units', host, units: proxyUnits });
  if (keepalived.state !== 'present' || units.state !== 'present') return [];
  const unit = units.value.find((one) => one.unit === vipPlaces.unit);
  if (unit?.active !== 'active') return [degraded(`keepalived on ${host} is not running`, 'StandbyCannotTakeOver')];
  const instance = instanceOf(inventory, host);
  const [types] = typesFor(pair, instance).map((request) => lookup(request));
  const state = takeoverStateOf({ ...pair, instance, keepalived: keepalived.value, types });
  const cannot = `${host} could not take ${pair.vip} over`;
  return [
    ...state.faults.map(({ cause }) => degraded(`${cannot}: ${texts[cause]}`, 'StandbyCannotTakeOver')),
    ...(state.unknown === undefined
      ? []
      : [{ ...degraded(`whether ${host} could take ${pair.vip} over is not known: ${state.unknown}`), unknown: true }]),
  ];
}

const texts: Readonly<Record<TakeoverCause, string>> = {
  metadata: 'it does not reach the instance metadata service',
  credentials: 'it has no credentials of an IAM role',
  api: 'it does not reach the EC2 API',
  clock: 'its clock differs from that of EC2',
  permission: 'its role may not move the address',
  refused: 'EC2 refuses its calls',
  room: 'its network interface has as many addresses as it may',
};

function instanceOf(inventory: Inventory, host: HostName) {
  return inventory.get(host) ?? unknown('EC2 was not queried');
}
