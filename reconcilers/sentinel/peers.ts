import { type Drift, type Remedy, wait } from '../drift.ts';
import { containerName } from '../names.ts';
import type { SentinelFacts, WatchedMaster } from '../questions/sentinel.ts';
import { ghostDrift } from './ghosts.ts';
import type { Context } from './sentinel.ts';

/** Whom a Sentinel knows: the others' Sentinels and the master's replicas, and nobody else. */
export function peersDrift(context: Context, says: SentinelFacts): readonly Drift[] {
  const { master } = says;
  if (!master) return [];
  return [
    ...namedDrift(context, master),
    ...ghostDrift(context, says),
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

function sentinelsDrift({ tenant, member, sight, finding }: Context, says: SentinelFacts): readonly Drift[] {
  const others = tenant.members.filter((one) => one !== member);
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
  return [];
}

function replicasDrift({ tenant, sight, finding }: Context, says: SentinelFacts): readonly Drift[] {
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

function nameOf(tenant: Context['tenant'], address: string): string {
  return tenant.members.find((one) => one.address === address)?.name ?? address;
}
