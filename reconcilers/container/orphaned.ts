import { type Finding, findingsAbout } from '../contract/finding.ts';
import { info, type Prune, type Remedy } from '../contract/remedy.ts';
import type { ContainerFacts, Containers, MemberFolder, PendingDeletion } from '../facts/container/container-facts.ts';
import type { Observation } from '../facts/observation.ts';
import type { MemberOwner } from '../operations/actions.ts';
import { memberPort, tenantOfContainer } from '../shared/names.ts';
import { retained, retentionOver, retirementInFuture, retirementUnreadable } from '../shared/retirement.ts';
import type { DesiredHost } from './desired.ts';
import { ownersDiffer } from './messages.ts';

/**
 * Members of a Tenant that is no longer declared. What is not managed here is not reported. A member of a Tenant that is gone from the
 * documents is removed in two steps, each requested separately: it is retired, with its data kept, and, `retainFor` later, destroyed. Of a
 * Tenant that is declared, a second copy of a member is left alone, since its data may be the last one; retired ones are a matter of the
 * tenant (maintenance/former-copies.ts).
 */
export function unmanaged(desired: DesiredHost, seen: Observation<Containers>): readonly Finding[] {
  if (seen.state !== 'present') return [];
  const { containers, folders, pendingDeletions, now } = seen.value;
  const managed = [
    ...containers.filter(({ mark }) => mark?.cluster === desired.cluster),
    ...folders.filter(({ identity }) => identity?.cluster === desired.cluster),
  ].map(({ name }) => name);
  const isOfTenant = (name: string) =>
    desired.served.includes(tenantOfContainer(name)) && folders.some((one) => one.name === name && one.retired);
  const registered = new Set(containers.map(({ name }) => name));
  const orphans = [...new Set(managed)]
    .filter((name) => !desired.declared.includes(name) && (registered.has(name) || !isOfTenant(name)))
    .sort();
  const pending = pendingDeletions.filter(
    ({ cluster, tenant }) => cluster === desired.cluster && !desired.served.includes(tenant),
  );
  return [
    ...orphans.map((name) => {
      const facts = containers.find((one) => one.name === name);
      return orphanFinding(desired, { name, facts, folder: folders.find((one) => one.name === name), now });
    }),
    ...pending.map((owner) => pendingDeletionFinding(desired, owner)),
  ];
}

interface Orphan {
  readonly name: string;
  readonly facts: ContainerFacts | undefined;
  readonly folder: MemberFolder | undefined;
  /** The host's clock, seconds since 1970. */
  readonly now: number;
}

function orphanFinding(desired: DesiredHost, orphan: Orphan): Finding {
  const { name, facts, folder } = orphan;
  const retired = folder?.retired && !facts;
  const have = facts ? facts.state || 'unreadable' : retired ? 'retired' : 'directory only';
  const unmanaged = retired ? 'ContainerRetired' : 'Unmanaged';
  const reason = desired.known.includes(tenantOf(orphan)) ? 'ContainerNotDeclaredHere' : unmanaged;
  const values = { have, want: 'absent' };
  return findingsAbout(`container/${name}`)(reason, `container on ${desired.host}`, values, remedyFor(desired, orphan));
}

/** The Tenant that the container, or else the directory, names as its owner. */
function tenantOf({ facts, folder }: Orphan): string {
  return (facts?.mark ?? folder?.identity)?.tenant ?? '';
}

function remedyFor(desired: DesiredHost, orphan: Orphan): Remedy {
  const { name, facts, folder, now } = orphan;
  const { host, cluster, known, runtime } = desired;
  const tenant = tenantOf(orphan);
  const { member = '' } = facts?.mark ?? folder?.identity ?? {};
  if (known.includes(tenant)) return info('not declared on this host; left alone, with its data');
  const of = `tenant ${tenant}` as const;
  const owner: MemberOwner = { cluster, tenant, member };
  const refused = refusalFor(desired, owner, orphan);
  if (refused) return info(`${refused}. It is left alone until then`, { of, refused });
  if (facts || !folder?.retired) {
    const { vlan, address } = facts?.mark ?? {};
    const was = vlan === undefined || !address ? undefined : { port: memberPort({ vlan }), vlan, address };
    const number = runtime.type === 'openvz' && facts ? { ctid: facts.id } : {};
    const prune: Prune = { of, actions: [{ operation: 'member-retire', host, name, owner, was, ...number }] };
    return info('not declared; left alone, with its data; apply --prune retires it', prune);
  }
  const since = folder.retired.since ?? now;
  const keepSeconds = Math.ceil(desired.retainForMs / 1000);
  if (now - since < keepSeconds) return info(retained(since, now, keepSeconds));
  const prune: Prune = { of, actions: [{ operation: 'member-destroy', host, name, owner, keepSeconds }] };
  return info(retentionOver(since, now), prune);
}

/** Why it must be inspected before it is removed. */
function refusalFor({ host }: DesiredHost, owner: MemberOwner, orphan: Orphan): string | undefined {
  const { name, facts, folder, now } = orphan;
  const claims = [...(facts ? [facts.mark] : []), ...(folder ? [folder.identity] : [])];
  const same = (one: MemberOwner | undefined) =>
    one?.cluster === owner.cluster && one.tenant === owner.tenant && one.member === owner.member;
  if (!claims.every(same) || name !== `${owner.tenant}-${owner.member}`) return ownersDiffer(name, host);
  if (facts || !folder?.retired) return undefined;
  const { since } = folder.retired;
  if (since === undefined) return retirementUnreadable(name, host);
  return since <= now ? undefined : retirementInFuture(name, host);
}

/** Renamed for its removal, by a run that was interrupted. */
function pendingDeletionFinding({ host, known }: DesiredHost, owner: PendingDeletion): Finding {
  const name = `${owner.tenant}-${owner.member}`;
  const prune: Prune = {
    of: `tenant ${owner.tenant}`,
    actions: [{ operation: 'member-destroy', host, name, owner, keepSeconds: undefined }],
  };
  const message = 'its removal was interrupted; left as it is';
  const remedy = known.includes(owner.tenant) ? info(message) : info(`${message}; apply --prune finishes it`, prune);
  const finding = findingsAbout(`container/${name}`);
  const values = { have: 'incomplete', want: 'complete' };
  return finding('ContainerRemovalIncomplete', `removal on ${host}`, values, remedy);
}
