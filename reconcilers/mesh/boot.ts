import type { HostName } from '../../crds/fleet.ts';
import { folders } from '../../renderers/lib/markers.ts';
import { meshPort, meshUnit, meshUp } from '../../renderers/ovs/mesh-boot.ts';
import type { Finding } from '../contract/finding.ts';
import type { FileFacts } from '../facts/host/files.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { bootServiceFindings } from '../shared/files-and-units.ts';
import type { TenantPort } from './desired.ts';

/** The unit that gives tenant ports their addresses when a proxy boots. */
export const bootUnit = 'ec2-redis-mesh.service';

/** Directory of the boot files: one per port, and the script. */
export const bootFolder = `${folders.configuration}/mesh`;

export function bootFile(port: string): string {
  return `${bootFolder}/${port}.port`;
}

/** The files by which tenant ports get their addresses back at boot, before HAProxy and keepalived start. None without ports. */
export function bootFiles(ports: readonly TenantPort[]): readonly DesiredFile[] {
  if (!ports.length) return [];
  const script = `${bootFolder}/up`;
  const plain = { mode: '0644', owner: 'root:root' } as const;
  return [
    { path: script, mode: '0755', owner: 'root:root', content: meshUp(bootFolder) },
    ...ports.map((port) => ({ path: bootFile(port.port), ...plain, content: meshPort(port) })),
    { path: `/etc/systemd/system/${bootUnit}`, mode: '0644', owner: 'root:root', content: meshUnit(script) },
  ];
}

/** A subject of its own: what shows only at the next boot must not block anything that works now. `ports`: those that may have their address. */
export function bootFindings(
  host: HostName,
  ports: readonly TenantPort[],
  [files]: readonly Observation<readonly FileFacts[]>[],
  [units]: readonly Observation<readonly UnitFacts[]>[],
): readonly Finding[] {
  if (!files || !units || !ports.length) return [];
  return bootServiceFindings(
    { subject: `mesh/${host}@boot`, host, unit: bootUnit, order: 'restart', files: bootFiles(ports) },
    files,
    units,
  );
}
