import type { Cluster, HostName, Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired, type Observed } from '../contract/reconciler.ts';
import { info, type Prune, type Remedy } from '../contract/remedy.ts';
import type { MemberFolder, PendingDeletion } from '../facts/container/container-facts.ts';
import { containerName } from '../shared/names.ts';
import { retained, retentionOver, retirementInFuture, retirementUnreadable } from '../shared/retirement.ts';
import { departureSubject } from './departure.ts';

/** A tenant, and the hosts on which copies of its members may be left. */
interface DesiredTenant extends Desired {
  readonly cluster: Cluster;
  readonly tenant: Tenant;
  readonly hosts: readonly HostName[];
}

const facts = ({ cluster, hosts }: DesiredTenant) => ({
  containers: hosts.map((host) => ({ fact: 'containers', host, runtime: cluster.runtime.type }) as const),
});

/**
 * Retired copies of members that left their hosts, with their data. They are destroyed as those of a Tenant that is not declared any more:
 * on request, once `retainFor` is over, and only while the tenant is in order without them.
 */
export const formerCopies = bind<DesiredTenant, ReturnType<typeof facts>>({
  component: 'maintenance',
  desire: ({ cluster, tenants }) =>
    tenants.map((tenant) => ({
      subject: `container/${tenant.name}@copies` as const,
      dependsOn: [
        `redis/${tenant.name}` as const,
        ...tenant.members.flatMap((member) => (member.leaves ? [departureSubject(tenant, member)] : [])),
        ...tenant.members.flatMap((member) => {
          const name = containerName(tenant, member);
          return [`container/${name}` as const, `redis/${name}` as const];
        }),
      ],
      cluster,
      tenant,
      hosts: cluster.hosts.filter(({ role }) => role === 'redis').map(({ name }) => name),
    })),
  facts,
  diff: (desired, { containers }: Observed<ReturnType<typeof facts>>): readonly Finding[] =>
    desired.hosts.flatMap((host, index) => {
      const seen = containers[index];
      if (seen?.state !== 'present') return [];
      const { folders, pendingDeletions, now } = seen.value;
      const interrupted = pendingDeletions
        .filter(({ cluster, tenant }) => cluster === desired.cluster.name && tenant === desired.tenant.name)
        .map((owner) => interruptedFinding(host, owner));
      const former = folders
        .filter(
          (folder) =>
            isFormer(desired, host, folder) && seen.value.containers.every(({ name }) => name !== folder.name),
        )
        .map((folder) => copyFinding(desired, host, folder, now));
      return [...former, ...interrupted];
    }),
});

function isFormer(
  { cluster, tenant }: DesiredTenant,
  host: HostName,
  { name, identity, retired }: MemberFolder,
): boolean {
  if (!retired || identity?.cluster !== cluster.name || identity.tenant !== tenant.name) return false;
  const isHere = tenant.members.some(
    (member) => containerName(tenant, member) === name && (member.leaves?.to ?? member.host) === host,
  );
  return !isHere && name === containerName(tenant, { name: identity.member });
}

/** Renamed for its removal, by a run that was interrupted. */
function interruptedFinding(host: HostName, owner: PendingDeletion): Finding {
  const name = `${owner.tenant}-${owner.member}`;
  const prune: Prune = {
    of: `copy of ${name} on ${host}`,
    actions: [{ operation: 'member-destroy', host, name, owner, keepSeconds: undefined }],
  };
  const values = { have: 'incomplete', want: 'complete' };
  const remedy = info('its removal was interrupted; left as it is; apply --prune finishes it', prune);
  return findingsAbout(`container/${name}`)('ContainerRemovalIncomplete', `removal on ${host}`, values, remedy);
}

function copyFinding(desired: DesiredTenant, host: HostName, folder: MemberFolder, now: number): Finding {
  const finding = findingsAbout(`container/${folder.name}`);
  const values = { have: 'retired', want: 'absent' };
  return finding('ContainerRetired', `container on ${host}`, values, remedyFor(desired, host, folder, now));
}

function remedyFor({ cluster, tenant }: DesiredTenant, host: HostName, folder: MemberFolder, now: number): Remedy {
  const { name, identity, retired } = folder;
  const of = `copy of ${name} on ${host}` as const;
  const since = retired?.since;
  const refused =
    since === undefined ? retirementUnreadable(name, host) : since > now ? retirementInFuture(name, host) : undefined;
  if (refused || since === undefined)
    return info(`${refused}. It is left alone until then`, { of, refused: refused ?? '' });
  const keepSeconds = Math.ceil(cluster.prune.retainForMs / 1000);
  if (now - since < keepSeconds) return info(retained(since, now, keepSeconds));
  const owner = { cluster: cluster.name, tenant: tenant.name, member: identity?.member ?? '' };
  const prune: Prune = { of, actions: [{ operation: 'member-destroy', host, name, owner, keepSeconds }] };
  return info(retentionOver(since, now), prune);
}
