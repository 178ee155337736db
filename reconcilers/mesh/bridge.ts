import { markers } from '../../renderers/lib/markers.ts';
import type { Reason } from '../contract/reasons.ts';
import { manual } from '../contract/remedy.ts';
import type { Ovs } from '../facts/ovs/ovs.ts';
import { datapathRemedy, type PairTurn, renameDifferences } from './bridge-change.ts';
import type { DesiredMesh } from './desired.ts';
import { datapathNotOpened, foreignBridge } from './messages.ts';
import { fixedBy, type OvsDifference } from './ovs-diff.ts';

/** What differs in the bridge itself. `desired`: with the bridge that is in force, which has another name until it is renamed. */
export function bridgeDifferences(
  declared: DesiredMesh,
  desired: DesiredMesh,
  ovs: Ovs,
  turn: PairTurn,
): readonly OvsDifference[] {
  const { subject, bridge: want, tenants } = desired;
  const fix = fixedBy({ op: 'bridge', bridge: want.name, datapath: want.datapath, marks: want.marks });
  const difference = (
    reason: Reason,
    field: string,
    values: { readonly have: string; readonly want: string },
    remedy: OvsDifference['remedy'] = fix,
    impacts = tenants,
  ): readonly OvsDifference[] => [{ subject, impacts, reason, field, ...values, remedy }];
  const isRenamed = declared.bridge.name !== want.name;
  const have = ovs.bridges.find(({ name }) => name === want.name);
  const wanted = ovs.bridges.find(({ name }) => name === declared.bridge.name);
  if (!have) return difference('BridgeMissing', `Bridge ${want.name}`, { have: 'absent', want: 'present' });
  const cluster = want.marks[markers.ovsCluster];
  const owner = wanted?.marks[markers.ovsCluster];
  if (wanted && owner !== cluster) {
    const values = { have: owner ?? 'none', want: String(cluster) };
    const field = `Bridge ${wanted.name} owner`;
    return difference('ForeignOwner', field, values, manual(foreignBridge(owner)), isRenamed ? [] : tenants);
  }
  const name = `Bridge ${want.name}`;
  const renamed = renameDifferences(declared, ovs, turn);
  if (have.datapathType !== want.datapath) {
    const values = { have: have.datapathType || 'system', want: want.datapath };
    // A bridge whose datapath was not opened carries nothing.
    if (!have.datapathId) return difference('DatapathTypeDiffers', `${name} datapath_type`, values);
    if (renamed.length) return renamed;
    const remedy = datapathRemedy(desired, have, turn);
    const impacts = remedy.by === 'manual' ? tenants : [];
    return difference('DatapathTypeDiffers', `${name} datapath_type`, values, remedy, impacts);
  }
  if (have.datapathId) return renamed;
  const values = { have: 'none', want: 'assigned' };
  return difference('DatapathNotOpened', `${name} datapath_id`, values, manual(datapathNotOpened));
}
