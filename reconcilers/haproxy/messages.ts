import type { HostName, TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import type { TenantServers } from '../facts/haproxy/show-stat.ts';

export const haproxyTooOld = 'install HAProxy 2.4 or later on the host: until then it forwards no connection';

export const statsSocketBusy = `HAProxy serves, so it is not restarted. Other sessions occupy its stats socket: ss -xp src ${haproxyPlaces.socket} shows them; end those`;

/** What a reload left serves its connections on. */
export function oldWorkersDrain(drainSeconds: number): string {
  return `clients have kept connections that they opened before a reload; a process ends with the last of them, and at the latest ${durationText(drainSeconds)} after the reload (haproxy.drainTimeout)`;
}

/** `45 s`, `12 min`, `3 h`. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** The effect of a lower limit. `drainTime`: how long connections outlive a reload. */
export function limitBelowUse(
  { open, host, limit }: { readonly open: number; readonly host: HostName; readonly limit: number },
  drainTime: string,
): string {
  return (
    `${open} connections are open on ${host}, ${open - limit} more than the new limit of ${limit}: they go on for ${drainTime} at most ` +
    `(haproxy.drainTimeout), and those above the limit are refused when they connect again`
  );
}

export function pairLimitBelowUse(
  { open, host, limit }: { readonly open: number; readonly host: HostName; readonly limit: number },
  drainTime: string,
): string {
  return (
    `${open} connections of all tenants are open on ${host}, ${open - limit} more than the new limit of ${limit}: they go on for ` +
    `${drainTime} at most (haproxy.drainTimeout), and those above the limit are refused when they connect again, of whatever tenant`
  );
}

export function limitAfterPeer(peer: HostName, effect: string): string {
  return `it follows once ${peer}, which comes first, has the new limit: ${effect}`;
}

export const admissionPending =
  'HAProxy admits a master within a few checks, once a majority of the Sentinels names it';

/** `seconds`: how long it is so. */
export function notOneMaster(host: HostName, admitted: number, seconds: number, servers: TenantServers): string {
  const who = admitted ? 'two masters' : 'no master';
  return `${host} has admitted ${who} for ${seconds} s: ${checksOf(servers)}${silentSentinels(servers)}`;
}

/** `r1 is not master; r2 does not answer`. */
export function checksOf({ servers }: TenantServers): string {
  return servers.map((server) => `${server.name} ${server.check}`).join('; ');
}

function silentSentinels({ sentinels }: TenantServers): string {
  const silent = sentinels.filter((sentinel) => !sentinel.up);
  return silent.length
    ? `; Sentinels whose check fails: ${silent.map((one) => `${one.name} ${one.check}`).join(', ')}`
    : '';
}

export function notWithoutPeer(peer: HostName): string {
  return `${peer} could not be observed; both proxies of a pair get a new configuration, one after the other, or none`;
}

export function oneAfterTheOther(peer: HostName): string {
  return `${peer} does not run the new configuration yet; the proxy with the virtual IP is reloaded last`;
}

export function peerAdmitsNobody(peer: HostName, tenant: TenantName): string {
  return `${peer} was reloaded and admits no member of ${tenant} yet; the proxy with the virtual IP is reloaded last`;
}

export function listenerTaken(path: string, binds: string | undefined, tenant: TenantName | undefined): string {
  return `${path}, of a tenant that is not declared, serves ${binds} on this host: remove that file, or give tenant ${tenant} another port`;
}

export const fileLeft = 'left alone and served as before';

export const fileLeftByHand = `${fileLeft}; if it is not needed, remove it and run systemctl reload ${haproxyPlaces.unit}`;

export const removedFileServed = 'the file is gone, and still served';

export const removedFileServedByHand = `${removedFileServed}; systemctl reload ${haproxyPlaces.unit} ends it`;

export function unitOfRemovedPair(host: HostName): string {
  return `no ProxyPair names ${host}; it serves as before; declare the pair again, or apply --prune stops it`;
}
