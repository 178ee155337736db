import type { HostName } from '../../crds/fleet.ts';
import { proxyUnits } from '../../renderers/proxy-places.ts';
import { bind } from '../reconciler.ts';
import { type DesiredKeepalived, type DesiredVip, desiredVips } from './desired.ts';
import { keepalivedDrift } from './keepalived.ts';
import { ownerDrift } from './owner.ts';

const questions = (desired: DesiredKeepalived | DesiredVip) => {
  const hosts = desired.kind === 'vip' ? desired.hosts.map(({ host }) => host) : [desired.host];
  const ask = (host: HostName) => ({
    keepalived: { what: 'keepalived', host, pair: desired.pair } as const,
    links: { what: 'links', host } as const,
    units: { what: 'units', host, units: proxyUnits } as const,
  });
  return {
    keepalived: hosts.map((host) => ask(host).keepalived),
    links: hosts.map((host) => ask(host).links),
    units: hosts.map((host) => ask(host).units),
    owners: desired.kind === 'vip' ? [{ what: 'address-owner', addresses: desired.vips } as const] : [],
  };
};

const unseen = { state: 'unknown', reason: 'it was not asked' } as const;

/** keepalived on both hosts of a pair, and the address on exactly one of them: interface, VRRP and ENI agree. */
export const vip = bind<DesiredKeepalived | DesiredVip, ReturnType<typeof questions>>({
  concern: 'vip',
  desire: desiredVips,
  questions,
  diff: (desired, seen) => {
    if (desired.kind === 'vip') return ownerDrift(desired, seen.owners[0] ?? unseen, seen);
    const [keepalived = unseen, links = unseen, units = unseen] = [seen.keepalived[0], seen.links[0], seen.units[0]];
    return keepalivedDrift(desired, keepalived, links, units);
  },
});
