import { markers } from '../../renderers/lib/markers.ts';
import type { Reason } from '../contract/reasons.ts';
import { manual } from '../contract/remedy.ts';
import type { OvsBridge } from '../facts/ovs/ovs.ts';
import type { DesiredMesh } from './desired.ts';
import { bridgeRenamed, datapathNotOpened, datapathTypeFixed, foreignBridge } from './messages.ts';
import { fixedBy, type OvsDifference } from './ovs-diff.ts';

/** What differs in the bridge itself. */
export function bridgeDifferences(
  { subject, bridge: want, tenants }: DesiredMesh,
  have: OvsBridge | undefined,
  otherBridges: readonly OvsBridge[],
): readonly OvsDifference[] {
  const fix = fixedBy({ op: 'bridge', bridge: want.name, datapath: want.datapath, marks: want.marks });
  const name = `Bridge ${want.name}`;
  const difference = (
    reason: Reason,
    field: string,
    values: { readonly have: string; readonly want: string },
    remedy: OvsDifference['remedy'] = fix,
  ): readonly OvsDifference[] => [{ subject, impacts: tenants, reason, field, ...values, remedy }];
  const cluster = want.marks[markers.ovsCluster];
  const other = otherBridges.find((one) => one.marks[markers.ovsCluster] === cluster);
  // Containers would move to the new bridge, and the tunnels stay on the old one: every tenant would be cut off.
  if (!have && other)
    return difference('BridgeRenamed', name, { have: other.name, want: want.name }, manual(bridgeRenamed(other.name)));
  if (!have) return difference('BridgeMissing', name, { have: 'absent', want: 'present' });
  const owner = have.marks[markers.ovsCluster];
  if (owner !== cluster) {
    const values = { have: owner ?? 'none', want: String(cluster) };
    return difference('ForeignOwner', `${name} owner`, values, manual(foreignBridge(owner)));
  }
  if (have.datapathType !== want.datapath) {
    const values = { have: have.datapathType || 'system', want: want.datapath };
    // vswitchd would remove and add every port again, on all hosts at once. A bridge whose datapath was not opened carries nothing.
    const remedy = have.datapathId ? manual(datapathTypeFixed(values.have)) : fix;
    return difference('DatapathTypeDiffers', `${name} datapath_type`, values, remedy);
  }
  if (have.datapathId) return [];
  const values = { have: 'none', want: 'assigned' };
  return difference('DatapathNotOpened', `${name} datapath_id`, values, manual(datapathNotOpened));
}
