import { vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { digest } from '../../renderers/lib/text.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Link } from '../facts/host/links.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';
import type { Action, DesiredFile } from '../operations/actions.ts';
import { orderFor, staleFiles, unitFault } from '../shared/files-and-units.ts';
import { waitForPackages } from '../shared/host-readiness.ts';
import type { DesiredKeepalived } from './desired.ts';
import { deviceOf } from './device.ts';
import { configurationOf, scriptsOf, settingsOf } from './files.ts';
import { baseProgramsMissing } from './messages.ts';
import { routeTablesOf } from './route-tables.ts';
import { type TakeoverFacts, takeoverFindings } from './takeover.ts';
import { formerValues, inTurn, type KeepalivedObserved } from './turn.ts';

type Units = Observation<readonly UnitFacts[]>;
type Links = Observation<readonly Link[]>;

/** Installed, its files as rendered, its unit running, what is on disk loaded by the process, and the host able to take the address over. */
export function keepalivedFindings(
  desired: DesiredKeepalived,
  seen: Observation<Keepalived>,
  links: Links,
  units: Units,
  peer: KeepalivedObserved,
  able: TakeoverFacts = {},
): readonly Finding[] {
  const finding = aboutKeepalived(desired);
  if (seen.state !== 'present') {
    return [finding('NotObserved', 'keepalived', { have: 'unknown', want: 'running' }, notObserved(seen))];
  }
  const { missing } = seen.value;
  if (missing.length) {
    // The others are part of the base system, and preparing the host does not install them.
    const prepared = missing.some((program) => ['keepalived', 'socat', 'curl'].includes(program));
    const remedy = prepared ? waitForPackages(desired.host) : manual(baseProgramsMissing);
    const values = { have: `${missing.join(' and ')} missing`, want: 'installed' };
    return [finding('PackagesMissing', 'keepalived', values, remedy)];
  }
  const device = deviceOf(desired, links, finding);
  if (typeof device !== 'string') return [device];
  const tables = routeTablesOf(desired, able.routeTables, finding);
  if ('reason' in tables) return [tables];
  const configuration = configurationOf(desired, device);
  const files = [...scriptsOf(), ...settingsOf(desired, device, tables)];
  const stale = fileFindings(desired, files, configuration, seen.value, units, peer);
  if (!configuration) {
    const values = { have: 'not rendered', want: 'as rendered' };
    const remedy = dependsOn(`instance/${desired.peer}`, 'its address is not known');
    return [...stale, finding('PeerAddressUnknown', vipPlaces.configuration, values, remedy)];
  }
  if (stale.length) return stale;
  const process = processFindings(desired, configuration, seen.value, units, peer);
  return process.length ? process : takeoverFindings(desired, seen.value, links, able);
}

/**
 * A change that waits for its turn, or that interrupts tenants once it is done, impacts nobody yet. But an earlier virtual IP does: HAProxy
 * does not serve it any more, so that nothing else may hold up its change.
 */
function aboutKeepalived(
  { subject, tenants, vip }: DesiredKeepalived,
  remedy?: Remedy,
  own?: Keepalived,
): FindingBuilder {
  const disrupts = remedy?.by === 'action' && remedy.disrupts.length > 0;
  const isFormer = own?.shared !== undefined && own.shared.vip !== vip;
  const pending = remedy?.by === 'waiting' || (disrupts && !isFormer);
  return findingsAbout(subject, { impacts: pending ? [] : tenants });
}

function fileFindings(
  desired: DesiredKeepalived,
  files: readonly DesiredFile[],
  configuration: DesiredFile | undefined,
  own: Keepalived,
  units: Units,
  peer: KeepalivedObserved,
): readonly Finding[] {
  const { host } = desired;
  const { files: have, loaded } = own;
  const stale = staleFiles(files, have);
  const [conf] = configuration ? staleFiles([configuration], have) : [];
  if (!stale.length && !conf) return [];
  // A file that was edited and never loaded needs no reload once it is rewritten.
  const differs = conf !== undefined && loaded !== digest(conf.content);
  const order = differs ? orderFor(units, vipPlaces.unit) : undefined;
  const actions: readonly Action[] = [
    // The scripts first: keepalived validates that they exist.
    ...(stale.length ? [{ operation: 'write-files', host, files: stale } as const] : []),
    ...(conf ? [{ operation: 'keepalived-config', host, file: conf } as const] : []),
    ...(order ? [{ operation: 'unit', host, unit: vipPlaces.unit, order } as const] : []),
  ];
  const change = order && inTurn(desired, own, { order, writes: true, actions }, peer);
  const remedy = change ?? (differs ? notObserved(units) : act(actions));
  const finding = aboutKeepalived(desired, remedy, own);
  return [
    ...sharedFindings(desired, own, finding, remedy),
    ...[...stale, ...(conf ? [conf] : [])].map(({ path }) => {
      const was = have.some((file) => file.path === path) ? 'different' : 'absent';
      return finding('FileDiffers', path, { have: was, want: 'as rendered' }, remedy);
    }),
  ];
}

/** What makes the two proxies deaf to each other, by name. */
function sharedFindings(
  desired: DesiredKeepalived,
  own: Keepalived,
  finding: FindingBuilder,
  remedy: Remedy,
): readonly Finding[] {
  return formerValues(desired, own).map(({ field, ...values }) => finding('VrrpDiffers', field, values, remedy));
}

function processFindings(
  desired: DesiredKeepalived,
  configuration: DesiredFile,
  own: Keepalived,
  units: Units,
  peer: KeepalivedObserved,
): readonly Finding[] {
  const run = (order: 'start' | 'reload') => {
    const actions = [{ operation: 'unit', host: desired.host, unit: vipPlaces.unit, order } as const];
    return inTurn(desired, own, { order, writes: false, actions }, peer);
  };
  const want = 'enabled, active';
  if (units.state !== 'present') {
    const values = { have: 'unknown', want };
    return [aboutKeepalived(desired)('NotObserved', vipPlaces.unit, values, notObserved(units))];
  }
  const { loaded } = own;
  const fault = unitFault(units.value, vipPlaces.unit);
  if (!fault && loaded === digest(configuration.content)) return [];
  const remedy = run(fault?.order ?? 'reload');
  const finding = aboutKeepalived(desired, remedy, own);
  if (fault) return [finding(fault.reason, vipPlaces.unit, { have: fault.have, want }, remedy)];
  const values = { have: loaded ? 'different' : 'unknown', want: 'as rendered' };
  return [
    ...sharedFindings(desired, own, finding, remedy),
    finding('NotLoaded', 'configuration as loaded', values, remedy),
  ];
}
