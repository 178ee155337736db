import type { Fleet, Tenant, TenantName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { BoundItem, FactLookup } from '../contract/reconciler.ts';
import { act, dependsOn, manual, notKnown, type Remedy } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Action } from '../operations/actions.ts';
import { hostReady } from './host-readiness.ts';
import { containerName, memberPort } from './names.ts';
import { addressingSubject, keptFields, withheldFindings } from './refused-addressing.ts';
import { type TenantState, tenantFacts, tenantStateOf } from './tenant-state.ts';

/**
 * For about how long nobody can read or write: all members are stopped, and started again in later passes. Seconds, as measured with an empty
 * tenant; loading its data comes on top.
 */
const downtimeSeconds = 30;

/** A tenant that still has the VLAN or a part of the network that another one is to get. `changes`: it is declared with others. */
export interface Holder {
  readonly tenant: TenantName;
  readonly changes: boolean;
}

/** Nobody is stopped for an addressing that is not free. */
function taken(tenant: Tenant, holder: Holder | undefined): Remedy | undefined {
  if (!holder) return undefined;
  const first = holder.changes
    ? `change that one first; to exchange them, give one of them a free VLAN and network in between`
    : `retire that one first, with apply --prune`;
  return manual(
    `members of tenant ${holder.tenant} still have VLAN ${tenant.vlan} or addresses of ${tenant.cidr}, so that nobody is stopped: ${first}`,
  );
}

/** Whether only addresses, the VLAN and ports of the same members on the same hosts change. */
export function isReaddressable(declared: Tenant, inForce: Tenant): boolean {
  const places = ({ members }: Tenant) => members.map(({ name, host }) => `${name} on ${host}`).join();
  return places(declared) === places(inForce) && declared.expose !== undefined && inForce.expose !== undefined;
}

/**
 * Another VLAN, network, address or port of a tenant's members. Sentinel knows an instance by its address and port, and a VLAN has two ends, so
 * that it cannot be done to one member after the other: while everything is in order, all members are stopped at once, with their data on
 * disk, and start again with the new addressing (readdressed.ts). It has to be accepted.
 */
export function readdressingItem(
  fleet: Fleet,
  declared: Tenant,
  inForce: Tenant,
  holder: Holder | undefined,
): BoundItem {
  const subject = addressingSubject(declared.name);
  const { members, redis, sentinels } = tenantFacts(inForce);
  return {
    subject,
    dependsOn: whatMustBeInOrder(inForce),
    requests: [...members, ...redis, ...sentinels],
    diff: (lookup) => {
      const state = tenantStateOf(inForce, {
        members: members.map((request) => lookup(request)),
        redis: redis.map((request) => lookup(request)),
        sentinels: sentinels.map((request) => lookup(request)),
      });
      const remedy = taken(declared, holder) ?? notPersistent(inForce, state) ?? stopAll(fleet, inForce, lookup);
      const finding = findingsAbout(subject);
      return [
        ...keptFields(declared, inForce).map(
          ({ field, have, want }): Finding => finding('AddressingChanges', field, { have, want }, remedy),
        ),
        ...withheldFindings(declared, inForce),
      ];
    },
  };
}

function whatMustBeInOrder(tenant: Tenant): readonly Subject[] {
  const ofMembers = tenant.members.flatMap((member): readonly Subject[] => {
    const name = containerName(tenant, member);
    return [...hostReady(member.host), `container/${name}`, `redis/${name}`, `sentinel/${name}`];
  });
  const proxies = (tenant.expose?.proxyAddresses ?? []).flatMap(({ host }): readonly Subject[] => [
    ...hostReady(host),
    `mesh/${host}`,
    `haproxy/${host}`,
  ]);
  return [...new Set([...ofMembers, `redis/${tenant.name}` as const, ...proxies])];
}

/** Only an append-only file has every write while Redis ends, however long that takes. */
function notPersistent(tenant: Tenant, { redis }: TenantState): Remedy | undefined {
  const without = tenant.members.filter((_, index) => {
    const seen = redis[index];
    return seen?.state === 'present' && seen.value.settings['appendonly'] !== 'yes';
  });
  if (!without.length) return undefined;
  return manual(
    `all members have to be stopped for it, and ${without.map(({ name }) => name).join(', ')} would lose what was written since the last save: declare spec.redis.appendonly: true first, for as long as this takes`,
  );
}

function stopAll(fleet: Fleet, tenant: Tenant, lookup: FactLookup): Remedy {
  const actions = tenant.members.map((member): Action | undefined => {
    const { host } = member;
    const seen = lookup({ fact: 'containers', host, runtime: fleet.cluster.runtime.type });
    const name = containerName(tenant, member);
    const own = seen.state === 'present' ? seen.value.containers.find((one) => one.name === name) : undefined;
    const owner = { cluster: fleet.cluster.name, tenant: tenant.name, member: member.name };
    const was = { port: memberPort(tenant), vlan: tenant.vlan, address: member.address };
    const number = fleet.cluster.runtime.type === 'openvz' && own ? { ctid: own.id } : {};
    return own && { operation: 'member-retire', host, name, owner, was, ...number, readdressed: true };
  });
  const all = actions.filter((action) => action !== undefined);
  if (all.length < tenant.members.length) {
    const missing = tenant.members.find((_, index) => !actions[index]) ?? { name: '' };
    const subject = `container/${containerName(tenant, missing)}` as const;
    return all.length ? dependsOn(subject, 'all members are stopped at once') : notKnown('no member was observed');
  }
  const effect = `all ${all.length} members of tenant ${tenant.name} are stopped at once, with their data, and started again with the new addressing: nobody can read or write for about ${downtimeSeconds} s, and for as long as the data is loaded`;
  return {
    ...act(all, [tenant.name], downtimeSeconds),
    needsConsent: [{ kind: 'downtime', tenant: tenant.name, effect }],
  };
}
