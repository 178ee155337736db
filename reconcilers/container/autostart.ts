import { lxcUnit } from '../../renderers/lxc/unit.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Observation } from '../facts/observation.ts';
import { containerUnits, unitPath } from '../shared/boot-files.ts';
import { bootServiceFindings } from '../shared/files-and-units.ts';
import { waitForPackages } from '../shared/host-readiness.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';
import { unmanaged } from './orphaned.ts';

/** Our own unit for LXC; for OpenVZ the unit of its packages, which starts containers that have ONBOOT. */
const units = containerUnits;
const path = unitPath(units.lxc);

const facts = ({ host, boot, runtime: { type } }: DesiredHost) => ({
  ...boot,
  containers: { fact: 'containers', host, runtime: type } as const,
});

/** The unit that starts the containers of a host when it boots; and the managed members on it that are not declared. */
export const autostart = bind<DesiredHost, ReturnType<typeof facts>>({
  component: 'container',
  desire: (fleet) => desiredHosts(fleet, 'autostart'),
  facts,
  diff: (desired, { files, units: seen, containers }) => {
    const { subject, host } = desired;
    if (desired.runtime.type === 'openvz')
      return [...vzFindings(desired, seen, containers), ...unmanaged(desired, containers)];
    // `start` reads the unit's file again and leaves running containers alone; a restart would stop them all.
    const service = {
      subject,
      host,
      unit: units.lxc,
      order: 'start',
      files: [{ path, mode: '0644', owner: 'root:root', content: lxcUnit() }],
    } as const;
    return [...bootServiceFindings(service, files, seen), ...unmanaged(desired, containers)];
  },
});

/** The distribution's unit is not enabled for you: it would also start containers that are not managed here. */
function vzFindings(
  { subject, host }: DesiredHost,
  seen: Observation<readonly UnitFacts[]>,
  containers: Observation<unknown>,
): readonly Finding[] {
  const finding = findingsAbout(subject);
  const want = 'enabled';
  if (seen.state !== 'present')
    return [finding('NotObserved', units.openvz, { have: 'unknown', want }, notObserved(seen))];
  const unit = seen.value.find((one) => one.unit === units.openvz);
  if (unit?.enabled) return [];
  if (!unit?.loaded && containers.state === 'absent')
    return [finding('PackagesMissing', units.openvz, { have: 'absent', want }, waitForPackages(host))];
  const remedy = manual(`no container would start when ${host} boots: run systemctl enable ${units.openvz} there`);
  return [finding('NotEnabled', units.openvz, { have: unit?.loaded ? 'not enabled' : 'absent', want }, remedy)];
}
