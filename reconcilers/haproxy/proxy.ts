import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { act, blind, type Drift, operator, type Remedy } from '../drift.ts';
import type { Observation } from '../observation.ts';
import { installedFirst } from '../prepared.ts';
import type { Haproxy, HaproxyProcess } from '../questions/haproxy.ts';
import type { UnitFacts } from '../questions/units.ts';
import { orderFor, reasonOf, staleFiles, unitFault } from '../service.ts';
import type { Action } from '../verbs/index.ts';
import type { DesiredCfg, DesiredProxy } from './desired.ts';
import { hasRead, heldBack, heldDrift, type Passwords } from './held-back.ts';
import { undeclared } from './undeclared.ts';

type Units = Observation<readonly UnitFacts[]>;

/** Installed, its files as rendered, its unit running, and the process having read what lies there. */
export function proxyDrift(
  desired: DesiredProxy,
  seen: Observation<Haproxy>,
  units: Units,
  passwords: Passwords,
): readonly Drift[] {
  if (seen.state !== 'present') {
    return [finding(desired, 'HAProxy', 'running', 'could not be seen', blind(reasonOf(seen)))];
  }
  const have = seen.value;
  const fault = installationFault(have);
  if (fault) {
    const remedy = have.missing.length ? installedFirst(desired.host) : operator(newerWords);
    return [finding(desired, 'HAProxy', '2.4 or later, with socat', fault, remedy)];
  }
  const taken = desired.configuration.filter((one) => holderOf(desired, one, have));
  const free = desired.configuration.filter((one) => !taken.includes(one));
  const usable = free.filter((one) => !heldBack(one, have, passwords));
  const stale = fileDrift(desired, usable, have, units);
  return [
    ...stale,
    ...free.flatMap((one) => (usable.includes(one) ? [] : heldDrift(desired, one, have, passwords))),
    ...taken.map((one) => takenDrift(desired, one, String(holderOf(desired, one, have)))),
    ...(stale.length ? [] : processDrift(desired, usable, have.process, units)),
    ...undeclared(desired, have),
  ];
}

const newerWords = 'install a newer one on the host: until then the host passes nothing on';

function finding(
  { subject, tenants }: DesiredProxy,
  field: string,
  want: string,
  have: string,
  remedy: Remedy,
  hurts: readonly string[] = tenants,
): Drift {
  return { subject, field, want, have, hurts, remedy };
}

function installationFault({ missing, version }: Haproxy): string | undefined {
  if (missing.length) return `without ${missing.join(' and ')}`;
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major * 100 + minor < 204 ? (version ?? 'a version that it does not tell') : undefined;
}

/** All files that differ are written by the same actions, checked together, and then loaded. */
function fileDrift(
  desired: DesiredProxy,
  usable: readonly DesiredCfg[],
  { files, process }: Haproxy,
  units: Units,
): readonly Drift[] {
  const { host } = desired;
  const unitFiles = staleFiles(desired.unitFiles, files);
  const cfgs = usable.filter(({ file }) => staleFiles([file], files).length);
  // A file that was only edited, and never loaded, needs no reload once it is put right.
  const unread = unitFiles.length > 0 || cfgs.some(({ file }) => !hasRead(process, file));
  const order = unread ? orderFor(units, haproxyPlaces.unit) : undefined;
  const actions: readonly Action[] = [
    ...(unitFiles.length ? [{ verb: 'write-files', host, files: unitFiles } as const] : []),
    ...(cfgs.length ? [{ verb: 'haproxy-config', host, files: cfgs.map(({ file }) => file) } as const] : []),
    ...(order ? [{ verb: 'unit', host, unit: haproxyPlaces.unit, order } as const] : []),
  ];
  const was = (path: string) => (files.some((file) => file.path === path) ? 'different' : 'not there');
  return [
    ...unitFiles.map(({ path }) => finding(desired, path, 'as rendered', was(path), act(actions))),
    ...cfgs.map(({ file: { path }, tenant }) =>
      finding(desired, path, 'as rendered', was(path), act(actions), tenant ? [tenant] : desired.tenants),
    ),
  ];
}

function processDrift(
  desired: DesiredProxy,
  usable: readonly DesiredCfg[],
  process: HaproxyProcess | undefined,
  units: Units,
): readonly Drift[] {
  const { host } = desired;
  const run = (order: 'start' | 'restart' | 'reload'): readonly Action[] => [
    { verb: 'unit', host, unit: haproxyPlaces.unit, order },
  ];
  if (units.state !== 'present') {
    return [finding(desired, haproxyPlaces.unit, 'active', 'could not be seen', blind(reasonOf(units)))];
  }
  const fault = unitFault(units.value, haproxyPlaces.unit);
  if (fault) return [finding(desired, haproxyPlaces.unit, 'enabled, active', fault.have, act(run(fault.order)))];
  if (!process) {
    const remedy = act(run('restart'), desired.tenants);
    return [finding(desired, 'stats socket', 'answers', 'no answer from a running HAProxy', remedy)];
  }
  return usable
    .filter(({ file }) => !hasRead(process, file))
    .map(({ file, tenant }) => {
      const hurts = tenant ? [tenant] : desired.tenants;
      return finding(desired, `${file.path} as loaded`, 'as rendered', 'another', act(run('reload')), hurts);
    });
}

/** The file, of a tenant that nobody declares any more, which still binds what this one is to bind. */
function holderOf(desired: DesiredProxy, { binds }: DesiredCfg, have: Haproxy): string | undefined {
  const declared = new Set(desired.configuration.map(({ file }) => file.path));
  return have.binds.find((one) => one.address === binds && !declared.has(one.path))?.path;
}

function takenDrift(desired: DesiredProxy, { tenant, binds }: DesiredCfg, path: string): Drift {
  const remedy = operator(
    `${path}, of a tenant no longer declared, serves ${binds} on this host: remove that file, or give tenant ${tenant} another port`,
  );
  return finding(desired, `listener ${binds}`, `tenant ${tenant}`, path, remedy, tenant ? [tenant] : []);
}
