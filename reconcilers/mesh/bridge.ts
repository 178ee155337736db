import { marks } from '../marks.ts';
import type { OvsBridge } from '../questions/ovs.ts';
import type { OvsOperation } from '../verbs/ovs-transaction.ts';
import type { DesiredMesh } from './desired.ts';
import type { Finding } from './switch.ts';

/** What differs in the bridge itself. */
export function bridgeFindings(
  { subject, bridge: want, tenants }: DesiredMesh,
  have: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const operations: readonly OvsOperation[] = [
    { op: 'bridge', bridge: want.name, datapath: want.datapath, marks: want.marks },
  ];
  const finding = (field: string, wanted: string, had: string, rest: Partial<Finding> = {}): Finding => ({
    subject,
    field,
    want: wanted,
    have: had,
    hurts: tenants,
    operations,
    ...rest,
  });
  const other = elsewhere.find((one) => one.marks[marks.ovsCluster] === want.marks[marks.ovsCluster]);
  if (!have && other) {
    // Containers would follow to the new bridge, and the tunnels stay behind on the old one: every tenant cut off.
    const stop = `bridge ${other.name} of this Cluster carries its tenants: put that name back into spec.mesh.bridge; renaming is not supported`;
    return [finding(`Bridge ${want.name}`, 'there', `${other.name} is there instead`, { operations: [], stop })];
  }
  if (!have) return [finding(`Bridge ${want.name}`, 'there', 'not there')];
  const owner = have.marks[marks.ovsCluster];
  if (owner !== want.marks[marks.ovsCluster]) {
    const stop = `a bridge of this name is there that is ${owner ? `another Cluster's (${owner})` : 'not ours'}: name another in spec.mesh.bridge, or remove it`;
    return [
      finding(`Bridge ${want.name} owner`, String(want.marks[marks.ovsCluster]), owner ?? 'nobody we know', {
        operations: [],
        stop,
      }),
    ];
  }
  const datapath = `Bridge ${want.name} datapath_type`;
  // A bridge whose datapath could not be opened carries nothing: another one may be tried.
  if (have.datapathType !== want.datapath && !have.datapathId)
    return [finding(datapath, want.datapath, have.datapathType || 'system')];
  if (have.datapathType !== want.datapath) {
    // vswitchd would take every port out and put it in anew, on all hosts at once.
    const stop = `the bridge carries tenants: put ${have.datapathType || 'system'} back into spec.mesh.datapath; changing it under running tenants is not supported`;
    return [finding(datapath, want.datapath, have.datapathType || 'system', { operations: [], stop })];
  }
  if (!have.datapathId) {
    const stop =
      'the datapath could not be opened (see ovs-vswitchd.log): load the openvswitch module, or declare spec.mesh.datapath: netdev';
    return [finding(`Bridge ${want.name} datapath_id`, 'one', 'none', { operations: [], stop })];
  }
  return [];
}
