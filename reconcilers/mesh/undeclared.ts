import { type Drift, notice, type Remedy } from '../drift.ts';
import { marks } from '../marks.ts';
import type { Observation } from '../observation.ts';
import type { FileFacts } from '../questions/files.ts';
import type { OvsBridge, OvsPort } from '../questions/ovs.ts';
import { bootFile } from './boot.ts';
import type { DesiredMesh } from './desired.ts';

/** Ports that carry our mark, and their boot files, that nobody declares any more. Foreign ports are not ours to mention. */
export function undeclared(
  desired: DesiredMesh,
  bridge: OvsBridge | undefined,
  files: Observation<readonly FileFacts[]> | undefined,
): readonly Drift[] {
  const declared = new Set([...desired.tunnels, ...desired.ports].map((one) => one.port));
  const ours = (port: OvsPort) => port.marks[marks.ovsCluster] === desired.bridge.marks[marks.ovsCluster];
  const containers = (port: OvsPort) => port.marks[marks.ovsIndex] !== undefined;
  const ports = (bridge?.ports ?? []).filter(
    (port) => ours(port) && port.name !== bridge?.name && !declared.has(port.name) && !containers(port),
  );
  const finding = (field: string, remedy: Remedy): Drift => ({
    subject: desired.subject,
    field,
    want: 'declared by nobody',
    have: 'there, and ours',
    hurts: [],
    remedy,
  });
  const there = new Set((bridge?.ports ?? []).map(({ name }) => name));
  const orphans = namesIn(files).filter((name) => !declared.has(name) && !there.has(name));
  return [
    ...ports.map((port) => finding(`Port ${port.name}`, portRemedy(desired, port))),
    ...(bridge ? orphans : []).map((name) => finding(`${bootFile(name)}, of no port`, orphanRemedy(desired, name))),
  ];
}

/**
 * Only a tenant's port, and only of a Tenant that is not declared at all. A tunnel to a host that left stays: it is all that is left to
 * tell that this host may still run members, with their addresses (container/departed.ts).
 */
function portRemedy({ host, bridge, known }: DesiredMesh, { name, type, marks: marked }: OvsPort): Remedy {
  const tenant = marked[marks.ovsTenant];
  const words = 'left alone; remove it with ovs-vsctl del-port if it is not needed';
  if (tenant === undefined || type !== 'internal' || known.includes(tenant)) return notice(words);
  // The port last: it says whose the file is.
  const actions = [
    { verb: 'remove-files', host, paths: [bootFile(name)] },
    { verb: 'ovs-transaction', host, operations: [{ op: 'drop-port', bridge: bridge.name, port: name }] },
  ] as const;
  return notice('left alone, as it is; apply --prune removes it', { of: `tenant ${tenant}`, actions });
}

/** The unit would wait for its device at every boot, and fail. */
function orphanRemedy({ host }: DesiredMesh, name: string): Remedy {
  const actions = [{ verb: 'remove-files', host, paths: [bootFile(name)] }] as const;
  return notice('left alone; apply --prune removes it', { of: `port ${name}`, actions });
}

function namesIn(files: Observation<readonly FileFacts[]> | undefined): readonly string[] {
  const paths = files?.state === 'present' ? files.value.map(({ path }) => path) : [];
  return paths.flatMap((path) => /\/(tn\d+)\.port$/.exec(path)?.[1] ?? []);
}
