import type { HostName, Tenant, TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { type Act, act, info } from '../contract/remedy.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { Observation } from '../facts/observation.ts';
import { type DesiredProxy, withLimits } from './desired.ts';
import { durationText, limitAfterPeer, limitBelowUse, pairLimitBelowUse } from './messages.ts';
import { type PairObservations, runsAll, turnToReload } from './turn.ts';
import { hasRead } from './withheld-config.ts';

/** A tenant whose declared limit of connections is lower than those that are open: the limits in force stay until that is accepted. */
export interface WithheldLimit {
  readonly tenant: Tenant;
  readonly limit: number;
  /** The limits in force, by host. */
  readonly inForce: ReadonlyMap<HostName, number>;
  /** Connections on the proxy that has most of them, those that reloads have left to old workers included. */
  readonly open: number;
  readonly host: HostName;
}

/**
 * A reload closes no connection, and the new process counts from zero: those above the limit are refused when they connect again. Judged by
 * both proxies, as either may have the virtual IP, and a limit that one of them has loaded is in force after the next failover.
 */
export function withheldLimits(
  { host, peer, declared }: DesiredProxy,
  own: Haproxy,
  other: Observation<Haproxy>,
): readonly WithheldLimit[] {
  const seen = [{ host, have: own }, ...(other.state === 'present' ? [{ host: peer.host, have: other.value }] : [])];
  return declared.flatMap((tenant): readonly WithheldLimit[] => {
    const limit = tenant.expose?.maxConnections ?? 0;
    const inForce = new Map(
      seen.flatMap(({ host: on, have }) => {
        const value = have.process?.limits.get(tenant.name);
        return value === undefined ? [] : [[on, value] as const];
      }),
    );
    const [most] = seen
      .map((one) => ({ host: one.host, open: openOn(one.have, tenant.name) }))
      .sort((a, b) => b.open - a.open);
    const isLowered = [...inForce.values()].some((value) => value > limit);
    return most && isLowered && most.open > limit ? [{ tenant, limit, inForce, ...most }] : [];
  });
}

/** The same for the limit of all tenants of the pair together. */
export interface WithheldPairLimit {
  readonly limit: number;
  readonly inForce: ReadonlyMap<HostName, number>;
  readonly open: number;
  readonly host: HostName;
}

export function withheldPairLimit(
  { host, peer, declared, declaredPair }: DesiredProxy,
  own: Haproxy,
  other: Observation<Haproxy>,
): WithheldPairLimit | undefined {
  const limit = declaredPair.haproxy.maxConnections;
  const seen = [{ host, have: own }, ...(other.state === 'present' ? [{ host: peer.host, have: other.value }] : [])];
  const inForce = new Map(
    seen.flatMap(({ host: on, have }) => {
      const value = have.process?.limitOfAll;
      return value === undefined ? [] : [[on, value] as const];
    }),
  );
  const [most] = seen
    .map((one) => ({ host: one.host, open: sum(declared.map(({ name }) => openOn(one.have, name))) }))
    .sort((a, b) => b.open - a.open);
  const isLowered = [...inForce.values()].some((value) => value > limit);
  return most && isLowered && most.open > limit ? { limit, inForce, ...most } : undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function openOn({ process, keptSessions }: Haproxy, name: TenantName): number {
  const sessions = process?.tenants.find(({ tenant }) => tenant === name)?.sessions ?? 0;
  return sessions + (keptSessions.get(name) ?? 0);
}

/** The same proxy with the limits in force. A host that has none in force gets that of the other. */
export function keepingLimits(
  desired: DesiredProxy,
  withheld: readonly WithheldLimit[],
  ofPair?: WithheldPairLimit,
): DesiredProxy {
  if (!withheld.length && !ofPair) return desired;
  const kept = ({ inForce, limit }: Pick<WithheldLimit, 'inForce' | 'limit'>, host: HostName) =>
    inForce.get(host) ?? highest(inForce, limit);
  const limitsOn = (host: HostName) => ({
    tenants: new Map(withheld.map((one) => [one.tenant.name, kept(one, host)])),
    ofAll: ofPair && kept(ofPair, host),
  });
  return withLimits(desired, limitsOn(desired.host), limitsOn(desired.peer.host));
}

function highest(inForce: ReadonlyMap<HostName, number>, limit: number): number {
  return Math.max(limit, ...inForce.values());
}

/** The limits that this proxy would be given: one finding for each tenant, the standby's first. `desired`: as it is declared. */
export function limitFindings(
  desired: DesiredProxy,
  withheld: readonly WithheldLimit[],
  own: Haproxy,
  pair: PairObservations,
): readonly Finding[] {
  return withheld.flatMap((one) => {
    const { tenant, limit, inForce } = one;
    const cfg = desired.configuration.find((file) => file.tenant === tenant.name);
    if (!cfg || hasRead(own.process, cfg.file)) return [];
    const effect = limitBelowUse(one, durationText(desired.drainTimeoutMs / 1000));
    const isOnPeer = (peer: Haproxy) =>
      runsAll(
        peer,
        desired.peerConfiguration.filter((file) => file.tenant === tenant.name),
      );
    const turn = turnToReload(desired, own.process, pair, isOnPeer);
    const change: Act = {
      ...act([
        { operation: 'haproxy-config', host: desired.host, files: [cfg.file] },
        { operation: 'unit', host: desired.host, unit: haproxyPlaces.unit, order: own.process ? 'reload' : 'start' },
      ]),
      needsConsent: [{ kind: 'connections', tenant: tenant.name, effect }],
    };
    // Nothing that depends on this proxy has to wait for it.
    const remedy = turn ? info(limitAfterPeer(desired.peer.host, effect)) : change;
    const values = { have: String(inForce.get(desired.host) ?? 'not running'), want: String(limit) };
    const finding = findingsAbout(desired.subject);
    return [finding('ConnectionLimitBelowUsage', `expose.maxConnections of ${tenant.name}`, values, remedy)];
  });
}

/** The limit of the pair that this proxy would be given, in all files that have it. `desired`: with it, and what else is withheld as it is. */
export function pairLimitFindings(
  desired: DesiredProxy,
  withheld: WithheldPairLimit,
  own: Haproxy,
  pair: PairObservations,
): readonly Finding[] {
  const { host, peer, subject, tenants } = desired;
  const files = desired.configuration.filter(({ file }) => !hasRead(own.process, file)).map(({ file }) => file);
  if (!files.length) return [];
  const effect = pairLimitBelowUse(withheld, durationText(desired.drainTimeoutMs / 1000));
  const isOnPeer = (one: Haproxy) =>
    runsAll(
      one,
      desired.peerConfiguration.filter(({ file: { path } }) => files.some((file) => file.path === path)),
    );
  const turn = turnToReload(desired, own.process, pair, isOnPeer);
  const change: Act = {
    ...act([
      { operation: 'haproxy-config', host, files },
      { operation: 'unit', host, unit: haproxyPlaces.unit, order: own.process ? 'reload' : 'start' },
    ]),
    needsConsent: tenants.map((tenant) => ({ kind: 'connections', tenant, effect })),
  };
  const remedy = turn ? info(limitAfterPeer(peer.host, effect)) : change;
  const values = { have: String(withheld.inForce.get(host) ?? 'not running'), want: String(withheld.limit) };
  return [findingsAbout(subject)('ConnectionLimitBelowUsage', 'haproxy.maxConnections', values, remedy)];
}
