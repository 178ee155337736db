import type { TenantName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Reason } from '../contract/reasons.ts';
import { type Act, type Manual, manual, settling, type Waiting } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { OvsBridge, OvsPort } from '../facts/ovs/ovs.ts';
import type { OvsOperation } from '../operations/actions.ts';
import { foreignPort, portError, portOnOtherBridge, portPending, portSetupFailed } from './messages.ts';

/** One difference in Open vSwitch. `remedy`: the operations that fix it, or why nothing is done now. */
export interface OvsDifference {
  readonly subject: Subject;
  readonly impacts: readonly TenantName[];
  readonly reason: Reason;
  readonly field: string;
  readonly have: string;
  readonly want: string;
  readonly remedy: OvsFix | Act | Manual | Waiting;
}

/** Operations of a later OVSDB transaction, which fixes all differences of the host at once. */
export interface OvsFix {
  readonly by: 'transaction';
  readonly operations: readonly OvsOperation[];
  /** Files that are removed first. */
  readonly removes?: readonly string[];
}

export type Field = readonly [name: string, want: string, have: (port: OvsPort) => string];
type PortOperation = Extract<OvsOperation, { op: 'tunnel' | 'internal' }>;

export function fixedBy(...operations: readonly OvsOperation[]): OvsFix {
  return { by: 'transaction', operations };
}

/** What differs between a port as it is and as `want` would make it, by `fields`. */
export function compare(
  base: Pick<OvsDifference, 'subject' | 'impacts'>,
  want: PortOperation,
  fields: readonly Field[],
  bridge: OvsBridge | undefined,
  otherBridges: readonly OvsBridge[],
): readonly OvsDifference[] {
  const fix = fixedBy(want);
  const name = `Port ${want.port}`;
  const other = otherBridges.find((one) => one.ports.some((port) => port.name === want.port));
  // On another bridge of this Cluster: it moves with that one.
  if (other && other.marks[markers.ovsCluster] === want.marks[markers.ovsCluster]) return [];
  if (other) {
    const values = { field: name, have: `on ${other.name}`, want: `on ${want.bridge}` };
    return [{ ...base, ...values, reason: 'PortOnOtherBridge', remedy: manual(portOnOtherBridge(other.name)) }];
  }
  const port = bridge?.ports.find((one) => one.name === want.port);
  if (!port) return [{ ...base, field: name, have: 'absent', want: 'present', reason: 'PortMissing', remedy: fix }];
  const cluster = want.marks[markers.ovsCluster];
  const owner = port.marks[markers.ovsCluster];
  if (owner !== cluster) {
    const values = { field: `${name} owner`, have: owner ?? 'none', want: String(cluster) };
    return [{ ...base, ...values, reason: 'ForeignOwner', remedy: manual(foreignPort) }];
  }
  const differing = fields.filter(([, wanted, have]) => have(port) !== wanted);
  if (!differing.length) return setupDifferences(base, name, port);
  return differing.map(([field, wanted, have]) => ({
    ...base,
    field: `${name} ${field}`,
    have: have(port),
    want: wanted,
    reason: 'PortDiffers',
    remedy: fix,
  }));
}

/** ovs-vsctl exits 0 even when vswitchd cannot set up a port: only the row's `error` and `ofport` tell. */
function setupDifferences(
  base: Pick<OvsDifference, 'subject' | 'impacts'>,
  name: string,
  port: OvsPort,
): readonly OvsDifference[] {
  if (port.error) {
    const values = { field: `${name} error`, have: port.error, want: 'none' };
    return [{ ...base, ...values, reason: 'PortSetupFailed', remedy: manual(portError(port.error)) }];
  }
  const ofport = { ...base, field: `${name} ofport`, have: String(port.ofport ?? 'none'), want: 'assigned' };
  if (port.ofport === undefined) return [{ ...ofport, reason: 'PortPending', remedy: settling(portPending) }];
  return hasOfport(port) ? [] : [{ ...ofport, reason: 'PortSetupFailed', remedy: manual(portSetupFailed) }];
}

/** Whether vswitchd has set up the port. OpenFlow numbers ports from 1 (`ofport` in ovs-vswitchd.conf.db(5)). */
export function hasOfport({ ofport, error }: OvsPort): boolean {
  return ofport !== undefined && ofport >= 1 && !error;
}
