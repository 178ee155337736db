import { lxcUnit } from '../../renderers/lxc-unit.ts';
import type { Drift } from '../drift.ts';
import { blind, operator } from '../drift.ts';
import type { Observation } from '../observation.ts';
import { installedFirst } from '../prepared.ts';
import type { UnitFacts } from '../questions/units.ts';
import { bind } from '../reconciler.ts';
import { bootServiceDrift, reasonOf } from '../service.ts';
import { type DesiredHost, desiredHosts } from './desired.ts';
import { undeclared } from './undeclared.ts';

/** Of ours for LXC; vzctl's own for OpenVZ, which starts containers that say ONBOOT. */
const units = { lxc: 'ec2-redis-containers.service', openvz: 'vz.service' } as const;
const path = `/etc/systemd/system/${units.lxc}`;

const questions = ({ host, runtime: { type } }: DesiredHost) => ({
  files: { what: 'files', host, paths: type === 'lxc' ? [path] : [] } as const,
  units: { what: 'units', host, units: [units[type]] } as const,
  containers: { what: 'containers', host, runtime: type } as const,
});

/** What starts a host's containers when it boots; and what is ours on it that nobody declares. */
export const autostart = bind<DesiredHost, ReturnType<typeof questions>>({
  concern: 'container',
  desire: (fleet) => desiredHosts(fleet, 'autostart'),
  questions,
  diff: (desired, { files, units: seen, containers }) => {
    const { subject, host } = desired;
    if (desired.runtime.type === 'openvz')
      return [...vzDrift(desired, seen, containers), ...undeclared(desired, containers)];
    // `start` reads the unit's file anew and leaves running containers alone; a restart would stop them all.
    const service = {
      subject,
      host,
      unit: units.lxc,
      order: 'start',
      files: [{ path, mode: '0644', owner: 'root:root', content: lxcUnit() }],
    } as const;
    return [...bootServiceDrift(service, files, seen), ...undeclared(desired, containers)];
  },
});

/** The distribution's unit is not ours to enable: it would start what others have on the host as well. */
function vzDrift(
  { subject, host }: DesiredHost,
  seen: Observation<readonly UnitFacts[]>,
  containers: Observation<unknown>,
): readonly Drift[] {
  const place = { subject, field: units.openvz, want: 'enabled', hurts: [] } as const;
  if (seen.state !== 'present') return [{ ...place, have: 'could not be seen', remedy: blind(reasonOf(seen)) }];
  const unit = seen.value.find((one) => one.unit === units.openvz);
  if (unit?.enabled) return [];
  if (!unit?.loaded && containers.state === 'absent')
    return [{ ...place, have: 'not there', remedy: installedFirst(host) }];
  const reason = `no container would start when ${host} boots: systemctl enable ${units.openvz}`;
  return [{ ...place, have: unit?.loaded ? 'not enabled' : 'not there', remedy: operator(reason) }];
}
