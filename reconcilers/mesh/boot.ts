import { meshPort, meshUnit, meshUp } from '../../renderers/mesh-boot.ts';
import type { Drift } from '../drift.ts';
import { folders } from '../marks.ts';
import type { Observation } from '../observation.ts';
import type { FileFacts } from '../questions/files.ts';
import type { UnitFacts } from '../questions/units.ts';
import { bootServiceDrift } from '../service.ts';
import type { DesiredFile } from '../verbs/index.ts';
import type { DesiredMesh, TenantPort } from './desired.ts';

/** The unit that does it. */
export const bootUnit = 'ec2-redis-mesh.service';

/** Where the boot files lie: a file a port, and the script. */
export const bootFolder = `${folders.configuration}/mesh`;

export function bootFile(port: string): string {
  return `${bootFolder}/${port}.port`;
}

/** What gives the tenants' ports their addresses back when the host boots, before HAProxy and keepalived start. None without ports. */
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

export function bootDrift(
  { host, ports }: DesiredMesh,
  [files]: readonly Observation<readonly FileFacts[]>[],
  [units]: readonly Observation<readonly UnitFacts[]>[],
): readonly Drift[] {
  const wanted = bootFiles(ports);
  if (!files || !units || !ports.length) return [];
  // A subject of its own: what only a reboot would show must hold up nothing that works now.
  return bootServiceDrift(
    { subject: `mesh/${host}@boot`, host, unit: bootUnit, order: 'restart', files: wanted },
    files,
    units,
  );
}
