import type { TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import { act, manual, notObserved, type Waiting } from '../contract/remedy.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Observation } from '../facts/observation.ts';
import type { Action } from '../operations/actions.ts';
import { orderFor, staleFiles, unitFault } from '../shared/files-and-units.ts';
import { waitForPackages } from '../shared/host-readiness.ts';
import type { DesiredCfg, DesiredProxy } from './desired.ts';
import { haproxyTooOld, listenerTaken, statsSocketBusy } from './messages.ts';
import { oldWorkerFindings } from './old-workers.ts';
import { unmanagedFindings } from './orphaned.ts';
import { awaitedByPeer, type PairObservations, runsAll, turnToReload } from './turn.ts';
import {
  aheadFinding,
  hasRead,
  isAheadOfAddress,
  type Passwords,
  withheldConfig,
  withheldFindings,
} from './withheld-config.ts';
import {
  keepingLimits,
  limitFindings,
  pairLimitFindings,
  withheldLimits,
  withheldPairLimit,
} from './withheld-limits.ts';

type Units = Observation<readonly UnitFacts[]>;

/** Installed, its files as rendered, its unit running, and what is on disk loaded by the process. */
export function proxyFindings(
  declared: DesiredProxy,
  seen: Observation<Haproxy>,
  units: Units,
  { passwords, pair }: { readonly passwords: Passwords; readonly pair: PairObservations },
): readonly Finding[] {
  const finding = aboutProxy(declared);
  if (seen.state !== 'present') {
    return [finding('NotObserved', 'HAProxy', { have: 'unknown', want: 'running' }, notObserved(seen))];
  }
  const have = seen.value;
  const fault = installationFault(have);
  if (fault) {
    const values = { have: fault, want: '2.4 or later, with socat' };
    return have.missing.length
      ? [finding('PackagesMissing', 'HAProxy', values, waitForPackages(declared.host))]
      : [finding('HaproxyTooOld', 'HAProxy', values, manual(haproxyTooOld))];
  }
  const limits = withheldLimits(declared, have, pair.peer.haproxy);
  const limitOfPair = withheldPairLimit(declared, have, pair.peer.haproxy);
  const desired = keepingLimits(declared, limits, limitOfPair);
  const taken = desired.configuration.filter((one) => takenBy(desired, one, have));
  const free = desired.configuration.filter((one) => !taken.includes(one));
  const ahead = free.filter((one) => isAheadOfAddress(desired, one, have, pair.links));
  const usable = free.filter((one) => !ahead.includes(one) && !withheldConfig(one, have, passwords));
  const awaited = awaitedByPeer(desired, pair);
  const first = usable.filter(({ tenant }) => tenant === undefined || !awaited.includes(tenant));
  const turn = turnToReload(desired, have.process, pair, (peer) => runsAll(peer, ofPeer(desired, first)));
  const stale = fileFindings(desired, usable, have, units, turn);
  return [
    ...stale,
    ...ahead.map((one) => aheadFinding(desired, one, pair.links)),
    ...free.flatMap((one) =>
      usable.includes(one) || ahead.includes(one) ? [] : withheldFindings(desired, one, have, passwords),
    ),
    ...taken.map((one) => takenFinding(desired, one, String(takenBy(desired, one, have)))),
    ...(stale.length ? [] : processFindings(desired, usable, have, units, turn)),
    ...unmanagedFindings(desired, have, pair),
    ...limitFindings(
      keepingLimits(declared, [], limitOfPair),
      limits.filter(({ tenant }) => usable.some((one) => one.tenant === tenant.name)),
      have,
      pair,
    ),
    ...(limitOfPair ? pairLimitFindings(only(keepingLimits(declared, limits), usable), limitOfPair, have, pair) : []),
    ...oldWorkerFindings(desired, have),
  ];
}

/** The same proxy, with these of its files. */
function only(desired: DesiredProxy, files: readonly DesiredCfg[]): DesiredProxy {
  const paths = files.map(({ file }) => file.path);
  return { ...desired, configuration: desired.configuration.filter(({ file }) => paths.includes(file.path)) };
}

/** The same files, as the other proxy of the pair is to have them. */
function ofPeer({ peerConfiguration }: DesiredProxy, files: readonly DesiredCfg[]): readonly DesiredCfg[] {
  return peerConfiguration.filter(({ file: { path } }) => files.some(({ file }) => file.path === path));
}

/** A fault of the proxy itself impacts all of its tenants. */
function aboutProxy({ subject, tenants }: DesiredProxy): FindingBuilder {
  return findingsAbout(subject, { impacts: tenants });
}

function installationFault({ missing, version }: Haproxy): string | undefined {
  if (missing.length) return `${missing.join(' and ')} missing`;
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major * 100 + minor < 204 ? (version ?? 'an unknown version') : undefined;
}

/** All files that differ are written by the same actions, validated together, and then loaded. */
function fileFindings(
  desired: DesiredProxy,
  usable: readonly DesiredCfg[],
  { files, process }: Haproxy,
  units: Units,
  turn: Waiting | undefined,
): readonly Finding[] {
  const { host } = desired;
  const unitFiles = staleFiles(desired.unitFiles, files);
  const cfgs = usable.filter(({ file }) => staleFiles([file], files).length);
  // A file that was edited and never loaded needs no reload once it is rewritten.
  const unread = unitFiles.length > 0 || cfgs.some(({ file }) => !hasRead(process, file));
  const order = unread ? orderFor(units, haproxyPlaces.unit) : undefined;
  const actions: readonly Action[] = [
    ...(unitFiles.length ? [{ operation: 'write-files', host, files: unitFiles } as const] : []),
    ...(cfgs.length ? [{ operation: 'haproxy-config', host, files: cfgs.map(({ file }) => file) } as const] : []),
    ...(order ? [{ operation: 'unit', host, unit: haproxyPlaces.unit, order } as const] : []),
  ];
  const remedy = order === 'reload' && turn ? turn : act(actions);
  const finding = aboutProxy(desired);
  const values = (path: string) => {
    return { have: files.some((file) => file.path === path) ? 'different' : 'absent', want: 'as rendered' };
  };
  return [
    ...unitFiles.map(({ path }) => finding('FileDiffers', path, values(path), remedy)),
    ...cfgs.map(({ file: { path }, tenant }) =>
      finding('FileDiffers', path, values(path), remedy, impactsOf(desired, tenant)),
    ),
  ];
}

function impactsOf({ tenants }: DesiredProxy, tenant: TenantName | undefined): readonly TenantName[] {
  return tenant === undefined ? tenants : [tenant];
}

function processFindings(
  desired: DesiredProxy,
  usable: readonly DesiredCfg[],
  { process, serves }: Haproxy,
  units: Units,
  turn: Waiting | undefined,
): readonly Finding[] {
  const { host } = desired;
  const run = (order: 'start' | 'restart' | 'reload'): readonly Action[] => [
    { operation: 'unit', host, unit: haproxyPlaces.unit, order },
  ];
  const finding = aboutProxy(desired);
  const want = 'enabled, active';
  if (units.state !== 'present') {
    return [finding('NotObserved', haproxyPlaces.unit, { have: 'unknown', want }, notObserved(units))];
  }
  const fault = unitFault(units.value, haproxyPlaces.unit);
  if (fault) {
    const remedy = fault.order === 'reload' && turn ? turn : act(run(fault.order));
    return [finding(fault.reason, haproxyPlaces.unit, { have: fault.have, want }, remedy)];
  }
  if (!process) {
    const values = { have: 'no answer from a running HAProxy', want: 'answers' };
    // A restart would end all connections that it serves.
    const remedy = serves ? manual(statsSocketBusy) : act(run('restart'), desired.tenants);
    const impacts = serves ? [] : desired.tenants;
    return [finding('StatsSocketSilent', 'stats socket', values, remedy, impacts)];
  }
  return usable
    .filter(({ file }) => !hasRead(process, file))
    .map(({ file, tenant }) => {
      const values = { have: 'different', want: 'as rendered' };
      const field = `${file.path} as loaded`;
      return finding('NotLoaded', field, values, turn ?? act(run('reload')), impactsOf(desired, tenant));
    });
}

/** The file of a tenant that is no longer declared, which still binds what this one is to bind. */
function takenBy(desired: DesiredProxy, { binds }: DesiredCfg, have: Haproxy): string | undefined {
  const declared = new Set(desired.configuration.map(({ file }) => file.path));
  return have.binds.find((one) => one.address === binds && !declared.has(one.path))?.path;
}

function takenFinding({ subject }: DesiredProxy, { tenant, binds }: DesiredCfg, path: string): Finding {
  const finding = findingsAbout(subject, { impacts: tenant === undefined ? [] : [tenant] });
  const values = { have: path, want: `tenant ${tenant}` };
  return finding('ListenerTaken', `listener ${binds}`, values, manual(listenerTaken(path, binds, tenant)));
}
