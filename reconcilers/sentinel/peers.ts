import { type Drift, operator, type Remedy, wait } from '../drift.ts';
import { containerName } from '../names.ts';
import type { SentinelFacts, WatchedMaster } from '../questions/sentinel.ts';
import type { Context } from './sentinel.ts';

/**
 * Whom a Sentinel knows: the others' Sentinels and the master's replicas. A strange one is dangerous: it may be another
 * tenant's, and each raises the majority that an election needs. Sentinel forgets nobody by itself, and forgetting (RESET)
 * is a person's step: right after it the Sentinel cannot take part in an election.
 */
export function peersDrift(context: Context, says: SentinelFacts): readonly Drift[] {
  const { master } = says;
  if (!master) return [];
  return [
    ...namedDrift(context, master),
    ...sentinelsDrift(context, says),
    ...replicasDrift(context, says),
    ...quorumDrift(context, says),
  ];
}

function namedDrift({ tenant, sight: { mastership }, finding }: Context, master: WatchedMaster): readonly Drift[] {
  if (mastership.state === 'none' || mastership.master.address === master.address) return [];
  const have = `${nameOf(tenant, master.address)} at epoch ${master.epoch}`;
  const want = `${mastership.master.name} at epoch ${mastership.epoch}`;
  return [finding('master named', want, have, wait('it learns of the new master within seconds'))];
}

function sentinelsDrift(context: Context, says: SentinelFacts): readonly Drift[] {
  const { tenant, member, sight, finding } = context;
  const others = tenant.members.filter((one) => one !== member);
  const strange = says.sentinels.filter(({ address }) => !others.some((one) => one.address === address));
  if (strange.length) {
    const have = strange.map(({ address, port, runId }) => `${address}:${port} (${runId})`).join(', ');
    return [finding('other Sentinels', others.map(({ name }) => name).join(', '), have, operator(ghost(context)))];
  }
  const missing = others.find((one) => !says.sentinels.some(({ address }) => address === one.address));
  if (missing) {
    const there = sight.sentinels[tenant.members.indexOf(missing)]?.state === 'present';
    const have = says.sentinels.map(({ address }) => nameOf(tenant, address)).join(', ') || 'none';
    const remedy = wait(
      there
        ? 'Sentinels find each other through the master within seconds'
        : `rests on sentinel/${containerName(tenant, missing)}`,
    );
    return [finding('other Sentinels', others.map(({ name }) => name).join(', '), have, remedy)];
  }
  // Two entries of one address: one of them is a Sentinel that is no more.
  if (says.sentinels.length > others.length)
    return [finding('other Sentinels', String(others.length), String(says.sentinels.length), operator(ghost(context)))];
  return [];
}

function replicasDrift(context: Context, says: SentinelFacts): readonly Drift[] {
  const { tenant, sight, finding } = context;
  const strange = says.replicas.filter(({ address }) => !tenant.members.some((one) => one.address === address));
  if (strange.length) {
    const have = strange.map(({ address, port }) => `${address}:${port}`).join(', ');
    return [finding('replicas', 'members only', have, operator(ghost(context)))];
  }
  if (sight.mastership.state === 'none') return [];
  const { master } = sight.mastership;
  const missing = tenant.members.find(
    (one) => one !== master && !says.replicas.some(({ address }) => address === one.address),
  );
  if (!missing) return [];
  const there = sight.redis[tenant.members.indexOf(missing)]?.state === 'present';
  const have = says.replicas.map(({ address }) => nameOf(tenant, address)).join(', ') || 'none';
  const remedy: Remedy = wait(
    there ? 'it asks the master for its replicas every 10 s' : `rests on redis/${containerName(tenant, missing)}`,
  );
  return [finding('replicas', `${missing.name} among them`, have, remedy)];
}

function quorumDrift({ finding, sight, tenant }: Context, { quorumCheck }: SentinelFacts): readonly Drift[] {
  if (quorumCheck.ok) return [];
  const away = tenant.members.find((_, index) => sight.sentinels[index]?.state !== 'present');
  const remedy = wait(
    away ? `rests on sentinel/${containerName(tenant, away)}` : 'the Sentinels have to find each other first',
  );
  return [finding('SENTINEL CKQUORUM', 'OK', quorumCheck.words, remedy)];
}

function ghost({ tenant, member }: Context): string {
  return (
    `find out what it is and stop it; then, with the master in order and SENTINEL CKQUORUM ${tenant.masterName} OK on the ` +
    `other members, SENTINEL RESET ${tenant.masterName} on ${member.name} alone, and 30 s or more later the next one`
  );
}

function nameOf(tenant: Context['tenant'], address: string): string {
  return tenant.members.find((one) => one.address === address)?.name ?? address;
}
