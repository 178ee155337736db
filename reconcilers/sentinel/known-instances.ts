import type { Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { dependsOn, type Remedy, settling } from '../contract/remedy.ts';
import type { SentinelFacts, WatchedMaster } from '../facts/sentinel/sentinel.ts';
import { containerName } from '../shared/names.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import type { Context } from './context.ts';
import { staleEntryFindings } from './stale.ts';

/** Which Sentinels and replicas a Sentinel knows: those of the other members, and no others. */
export function knownInstancesFindings(context: Context, says: SentinelFacts): readonly Finding[] {
  const { master } = says;
  if (!master) return [];
  return [
    ...masterFindings(context, master),
    ...staleEntryFindings(context, says),
    ...sentinelsFindings(context, says),
    ...replicasFindings(context, says),
    ...quorumFindings(context, says),
  ];
}

function masterFindings(
  { tenant, state: { currentMaster }, finding }: Context,
  master: WatchedMaster,
): readonly Finding[] {
  if (currentMaster.state === 'none' || currentMaster.master.address === master.address) return [];
  const have = `${nameOf(tenant, master.address)} at epoch ${master.epoch}`;
  const want = `${currentMaster.master.name} at epoch ${currentMaster.epoch}`;
  const remedy = settling('it learns of the new master within seconds');
  return [finding('MasterOutdated', 'master', { have, want }, remedy)];
}

function sentinelsFindings({ tenant, member, state, finding }: Context, says: SentinelFacts): readonly Finding[] {
  const others = tenant.members.filter((one) => one !== member);
  const missing = others.find((one) => !says.sentinels.some(({ address }) => address === one.address));
  if (!missing) return [];
  const answers = state.sentinels[tenant.members.indexOf(missing)]?.state === 'present';
  const have = says.sentinels.map(({ address }) => nameOf(tenant, address)).join(', ') || 'none';
  const remedy = answers ? onceDiscovered(tenant, state) : dependsOn(`sentinel/${containerName(tenant, missing)}`);
  const want = others.map(({ name }) => name).join(', ');
  return [finding('SentinelUnknownToPeer', 'known Sentinels', { have, want }, remedy)];
}

function replicasFindings({ tenant, state, finding }: Context, says: SentinelFacts): readonly Finding[] {
  if (state.currentMaster.state === 'none') return [];
  const { master } = state.currentMaster;
  const replicas = tenant.members.filter((one) => one !== master);
  const missing = replicas.find((one) => !says.replicas.some(({ address }) => address === one.address));
  if (!missing) return [];
  const answers = state.redis[tenant.members.indexOf(missing)]?.state === 'present';
  const have = says.replicas.map(({ address }) => nameOf(tenant, address)).join(', ') || 'none';
  const remedy = answers
    ? settling('it asks the master for its replicas every 10 s')
    : dependsOn(`redis/${containerName(tenant, missing)}`);
  const want = replicas.map(({ name }) => name).join(', ');
  return [finding('ReplicaUnknownToSentinel', 'known replicas', { have, want }, remedy)];
}

function quorumFindings({ finding, state, tenant }: Context, { quorumCheck }: SentinelFacts): readonly Finding[] {
  if (quorumCheck.ok) return [];
  const unreachable = tenant.members.find((_, index) => state.sentinels[index]?.state !== 'present');
  const remedy = unreachable
    ? dependsOn(`sentinel/${containerName(tenant, unreachable)}`)
    : onceDiscovered(tenant, state);
  return [finding('QuorumCheckFailed', 'SENTINEL CKQUORUM', { have: quorumCheck.words, want: 'OK' }, remedy)];
}

/** Sentinels announce themselves through the master: without one they do not discover each other. */
function onceDiscovered(tenant: Tenant, { currentMaster }: TenantState): Remedy {
  const message = 'Sentinels discover each other through the master within seconds';
  return currentMaster.state === 'agreed' ? settling(message) : dependsOn(`redis/${tenant.name}`, message);
}

function nameOf(tenant: Tenant, address: string): string {
  return tenant.members.find((one) => one.address === address)?.name ?? address;
}
