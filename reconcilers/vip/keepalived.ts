import { ipv4 } from '../../crds/address.ts';
import { vipPlaces } from '../../renderers/proxy-places.ts';
import { digest } from '../../renderers/text.ts';
import { act, blind, type Drift, operator, type Remedy, wait } from '../drift.ts';
import type { Observation } from '../observation.ts';
import { installedFirst } from '../prepared.ts';
import type { Keepalived } from '../questions/keepalived.ts';
import type { Link } from '../questions/links.ts';
import type { UnitFacts } from '../questions/units.ts';
import { orderFor, reasonOf, staleFiles, unitFault } from '../service.ts';
import type { Action, DesiredFile } from '../verbs/index.ts';
import type { DesiredKeepalived } from './desired.ts';
import { configurationOf, scriptsOf, settingsOf } from './files.ts';

type Units = Observation<readonly UnitFacts[]>;
type Links = Observation<readonly Link[]>;

/** Installed, its files as rendered, its unit running, and the process having read what lies there. */
export function keepalivedDrift(
  desired: DesiredKeepalived,
  seen: Observation<Keepalived>,
  links: Links,
  units: Units,
): readonly Drift[] {
  if (seen.state !== 'present') {
    return [finding(desired, 'keepalived', 'running', 'could not be seen', blind(reasonOf(seen)))];
  }
  const { missing } = seen.value;
  if (missing.length) {
    // Of the rest every distribution has some version, which may be too old.
    const words = 'install it on the host (Debian, Ubuntu: apt-get install curl util-linux bsdutils)';
    const prepared = missing.some((program) => ['keepalived', 'socat', 'curl'].includes(program));
    const remedy = prepared ? installedFirst(desired.host) : operator(words);
    return [finding(desired, 'keepalived', 'installed', `without ${missing.join(' and ')}`, remedy)];
  }
  const place = placeOf(desired, links);
  if ('remedy' in place) return [finding(desired, 'network device', 'with the address', place.have, place.remedy)];
  const configuration = configurationOf(desired, place.device);
  const files = [...scriptsOf(), ...settingsOf(desired, place.device)];
  const stale = fileDrift(desired, files, configuration, seen.value, units);
  if (!configuration) {
    const remedy = wait(`rests on instance/${desired.peer}`);
    return [...stale, finding(desired, vipPlaces.configuration, 'as rendered', 'the peer has no address', remedy)];
  }
  return stale.length ? stale : processDrift(desired, configuration, seen.value, units);
}

function finding(
  { subject, tenants }: DesiredKeepalived,
  field: string,
  want: string,
  have: string,
  remedy: Remedy,
): Drift {
  return { subject, field, want, have, hurts: tenants, remedy };
}

/** The device that carries the instance's address, whatever it is called; its prefix is the subnet's. */
function placeOf(
  { instance, vip }: DesiredKeepalived,
  links: Links,
): { readonly device: string } | { readonly have: string; readonly remedy: Remedy } {
  if (instance.state !== 'present') return { have: 'could not be seen', remedy: blind(reasonOf(instance)) };
  if (links.state !== 'present') return { have: 'could not be seen', remedy: blind(reasonOf(links)) };
  const own = instance.value.privateAddress;
  const device = links.value.find((link) => link.addresses.some((address) => address.split('/')[0] === own));
  if (!own || !device) {
    const words = `EC2 says that the instance has ${own ?? 'no address'}, and no device of the host carries it: is it the right host?`;
    return { have: 'none', remedy: operator(words) };
  }
  const prefix = Number(device.addresses.find((address) => address.startsWith(`${own}/`))?.split('/')[1]);
  if (vip === own || !together(own, vip, prefix)) {
    const words = `${vip} cannot move to this host, whose subnet is that of ${own}/${prefix}: declare a free address of that subnet`;
    return { have: `${own}/${prefix}`, remedy: operator(words) };
  }
  return { device: device.name };
}

function together(a: string, b: string, prefix: number): boolean {
  const network = (address: string) => Math.floor((ipv4(address) ?? 0) / 2 ** (32 - prefix));
  return network(a) === network(b);
}

function fileDrift(
  desired: DesiredKeepalived,
  files: readonly DesiredFile[],
  configuration: DesiredFile | undefined,
  { files: have, loaded }: Keepalived,
  units: Units,
): readonly Drift[] {
  const { host } = desired;
  const stale = staleFiles(files, have);
  const [conf] = configuration ? staleFiles([configuration], have) : [];
  // A file that was only edited, and never loaded, needs no reload once it is put right.
  const order = conf && loaded !== digest(conf.content) ? orderFor(units, vipPlaces.unit) : undefined;
  const actions: readonly Action[] = [
    // The scripts first: keepalived's own check asks for them.
    ...(stale.length ? [{ verb: 'write-files', host, files: stale } as const] : []),
    ...(conf ? [{ verb: 'keepalived-config', host, file: conf } as const] : []),
    ...(order ? [{ verb: 'unit', host, unit: vipPlaces.unit, order } as const] : []),
  ];
  return [...stale, ...(conf ? [conf] : [])].map(({ path }) => {
    const was = have.some((file) => file.path === path) ? 'different' : 'not there';
    return finding(desired, path, 'as rendered', was, act(actions));
  });
}

function processDrift(
  desired: DesiredKeepalived,
  configuration: DesiredFile,
  { loaded }: Keepalived,
  units: Units,
): readonly Drift[] {
  const run = (order: 'start' | 'reload') =>
    act([{ verb: 'unit', host: desired.host, unit: vipPlaces.unit, order } as const]);
  if (units.state !== 'present') {
    return [finding(desired, vipPlaces.unit, 'active', 'could not be seen', blind(reasonOf(units)))];
  }
  const fault = unitFault(units.value, vipPlaces.unit);
  if (fault) return [finding(desired, vipPlaces.unit, 'enabled, active', fault.have, run(fault.order))];
  if (loaded === digest(configuration.content)) return [];
  return [finding(desired, 'configuration as loaded', 'as rendered', loaded ? 'another' : 'not known', run('reload'))];
}
