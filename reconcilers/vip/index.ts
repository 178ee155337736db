import type { HostName } from '../../crds/fleet.ts';
import { proxyUnits } from '../../renderers/lib/proxy-paths.ts';
import { type BoundReconciler, bind } from '../contract/reconciler.ts';
import { typesFor } from '../shared/takeover.ts';
import { type DesiredKeepalived, type DesiredVip, desiredVips } from './desired.ts';
import { keepalivedFindings } from './keepalived.ts';
import { publicAddress } from './public-address.ts';
import { sourceDestCheckFindings } from './source-dest-check.ts';
import { leftVipFindings, vipHostFindings } from './vip-host.ts';

const facts = (desired: DesiredKeepalived | DesiredVip) => {
  const hosts = desired.kind === 'vip' ? desired.hosts.map(({ host }) => host) : [desired.host, desired.peer];
  const requestsOf = (host: HostName) => ({
    keepalived: { fact: 'keepalived', host, pair: desired.pair } as const,
    links: { fact: 'links', host } as const,
    units: { fact: 'units', host, units: proxyUnits } as const,
    firewall: { fact: 'firewall', host } as const,
  });
  return {
    keepalived: hosts.map((host) => requestsOf(host).keepalived),
    links: hosts.map((host) => requestsOf(host).links),
    units: hosts.map((host) => requestsOf(host).units),
    firewall: hosts.map((host) => requestsOf(host).firewall),
    types: desired.kind === 'vip' ? [] : typesFor(desired, desired.instance),
    interfaces: desired.kind === 'vip' ? [desired.interfaces] : [],
    routeTables: desired.routeTables,
  };
};

const notRequested = { state: 'unknown', reason: 'it was not observed' } as const;

/** keepalived on both hosts of a pair, and the virtual IP on exactly one of them: device, VRRP and EC2 agree, its routes included. */
const pairs = bind<DesiredKeepalived | DesiredVip, ReturnType<typeof facts>>({
  component: 'vip',
  desire: desiredVips,
  facts,
  diff: (desired, observed) => {
    const [routeTables] = observed.routeTables;
    if (desired.kind === 'vip') {
      const interfaces = observed.interfaces[0] ?? notRequested;
      return [
        ...vipHostFindings(desired, interfaces, observed, routeTables),
        ...leftVipFindings(desired, observed, routeTables),
        ...(desired.overlay ? sourceDestCheckFindings(desired, interfaces) : []),
        ...desired.zones,
      ];
    }
    const on = (index: number) => ({
      keepalived: observed.keepalived[index] ?? notRequested,
      links: observed.links[index] ?? notRequested,
      units: observed.units[index] ?? notRequested,
    });
    const { keepalived, links, units } = on(0);
    const able = { types: observed.types[0], firewall: observed.firewall[0], routeTables };
    return keepalivedFindings(desired, keepalived, links, units, on(1), able);
  },
});

/** The pairs, and then their public addresses. */
export const vip: BoundReconciler = {
  component: 'vip',
  items: (fleet, inventory) => [pairs, publicAddress].flatMap((part) => part.items(fleet, inventory)),
};
