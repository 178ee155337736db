import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { type Info, info } from '../contract/remedy.ts';
import type { FileFacts } from '../facts/host/files.ts';
import type { Observation } from '../facts/observation.ts';
import type { OvsBridge, OvsPort } from '../facts/ovs/ovs.ts';
import { bootFile } from './boot.ts';
import type { DesiredMesh } from './desired.ts';
import { prunable, unmanagedPort } from './messages.ts';

/** Ports with our marker that are no longer declared, and boot files without a port. Foreign ports are not reported, and `stale` ones elsewhere. */
export function unmanagedFindings(
  desired: DesiredMesh,
  bridge: OvsBridge | undefined,
  files: Observation<readonly FileFacts[]> | undefined,
  stale: readonly OvsPort[],
): readonly Finding[] {
  if (!bridge) return [];
  const declared = new Set([...desired.tunnels, ...desired.ports].map((one) => one.port));
  const isOwn = (port: OvsPort) => port.marks[markers.ovsCluster] === desired.bridge.marks[markers.ovsCluster];
  const isContainers = (port: OvsPort) => port.marks[markers.ovsIndex] !== undefined;
  const ports = bridge.ports.filter(
    (port) => isOwn(port) && port.name !== bridge.name && !declared.has(port.name) && !isContainers(port),
  );
  const left = ports.filter((port) => !stale.includes(port));
  const existing = new Set(bridge.ports.map(({ name }) => name));
  const orphans = portsWithFile(files).filter((name) => !declared.has(name) && !existing.has(name));
  const finding = findingsAbout(desired.subject);
  const values = { have: 'present', want: 'absent' };
  return [
    ...left.map((port) => finding('Unmanaged', `Port ${port.name}`, values, portRemedy(desired, port))),
    ...orphans.map((name) => finding('Unmanaged', bootFile(name), values, bootFileRemedy(desired, name))),
  ];
}

/**
 * Only a tenant's port is pruned, and only if its Tenant is not declared at all. A tunnel to a removed host stays: it is the last sign
 * that this host may still run members, with their addresses (container/removed-host.ts).
 */
function portRemedy({ host, bridge, known }: DesiredMesh, { name, type, marks }: OvsPort): Info {
  const tenant = marks[markers.ovsTenant];
  if (tenant === undefined || type !== 'internal' || known.includes(tenant)) return info(unmanagedPort);
  // The port last: its marker names the owner of the file.
  const actions = [
    { operation: 'remove-files', host, paths: [bootFile(name)] },
    { operation: 'ovs-transaction', host, operations: [{ op: 'drop-port', bridge: bridge.name, port: name }] },
  ] as const;
  return info(prunable, { of: `tenant ${tenant}`, actions });
}

/** With the file left, the boot unit would wait for its device at every boot, and fail. */
function bootFileRemedy({ host }: DesiredMesh, name: string): Info {
  const actions = [{ operation: 'remove-files', host, paths: [bootFile(name)] }] as const;
  return info(prunable, { of: `port ${name}`, actions });
}

function portsWithFile(files: Observation<readonly FileFacts[]> | undefined): readonly string[] {
  const paths = files?.state === 'present' ? files.value.map(({ path }) => path) : [];
  return paths.flatMap((path) => /\/(tn\d+)\.port$/.exec(path)?.[1] ?? []);
}
