import type { Member, Tenant } from '../../crds/fleet.ts';
import { manual, type Remedy } from '../contract/remedy.ts';
import type { Engine } from '../facts/engine.ts';
import { canRead, engineText } from './engine.ts';
import type { TenantState } from './tenant-state.ts';

type Seen = Pick<TenantState, 'redis'>;

/**
 * Why a member is not rebuilt with this engine; undefined if it may be. What it has to read is on its own disk, which its own engine wrote, and
 * comes from its master; and the master may change meanwhile. So it must be able to read what every member writes, and the engine of each must be
 * known.
 */
export function rebuildRefusal(
  tenant: Tenant,
  member: Member,
  state: Seen,
  engine: Engine | undefined,
): Remedy | undefined {
  if (!engine) return manual(notKnownText);
  const own = engineOf(tenant, member, state);
  if (!own) return manual(`${member.name} is not rebuilt while its Redis does not say its version: ${cautious}`);
  for (const writer of enginesOf(tenant, state)) {
    const can = canRead(engine, writer);
    if (can === undefined) return manual(unknownText(engine, writer));
    if (!can) return manual(unreadableText(tenant, engine, writer));
  }
  return undefined;
}

/** The members that may become master: every other one, but the former master, can read what they write. */
export function successorsAllCanRead(tenant: Tenant, master: Member, state: Seen): readonly Member[] {
  return tenant.members.filter((next) =>
    tenant.members.every((reader) => reader === next || reader === master || readsFrom(tenant, reader, next, state)),
  );
}

/** Whether a member's engine is known to read what another one's writes. */
export function readsFrom(tenant: Tenant, reader: Member, writer: Member, state: Seen): boolean {
  const [own, other] = [engineOf(tenant, reader, state), engineOf(tenant, writer, state)];
  return own !== undefined && other !== undefined && canRead(own, other) === true;
}

function engineOf(tenant: Tenant, member: Member, { redis }: Seen): Engine | undefined {
  const seen = redis[tenant.members.indexOf(member)];
  if (seen?.state !== 'present' || !seen.value.version) return undefined;
  return { name: seen.value.engine, version: seen.value.version };
}

function enginesOf(tenant: Tenant, state: Seen): readonly Engine[] {
  return tenant.members.flatMap((member) => engineOf(tenant, member, state) ?? []);
}

const cautious = 'whether the new engine could read its data is not known';

const notKnownText =
  'no member is rebuilt: which engine, of which version, the template holds could not be read from it. Neither its server program nor its list of packages (dpkg) says so: declare a template that does';

function unknownText(engine: Engine, writer: Engine): string {
  return `no member is rebuilt: whether ${engineText(engine)} can read what ${engineText(writer)} writes is not known to this operator. Declare the former template again, or one with a version that it knows`;
}

function unreadableText({ name }: Tenant, engine: Engine, writer: Engine): string {
  return `no member is rebuilt: ${engineText(engine)} cannot read the data that ${engineText(writer)} writes (its RDB is of a later version), so that ${name} would lose them. Declare the former template again. To change to ${engineText(engine)} nevertheless, create another Tenant on a Cluster with that template, and copy the keys with a client`;
}
