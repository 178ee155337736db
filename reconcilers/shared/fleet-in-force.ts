import type { Fleet, Tenant } from '../../crds/fleet.ts';
import { cidr, contains, ipv4, overlap } from '../../crds/schema/address.ts';
import type { Finding } from '../contract/finding.ts';
import type { BoundItem, FactLookup } from '../contract/reconciler.ts';
import type { Subject } from '../contract/subject.ts';
import { isSeenAtContainers, tenantInForce } from './addressing.ts';
import { addressingEvidence, type Undeclared, undeclaredParts } from './addressing-evidence.ts';
import { type Holder, isReaddressable, readdressingItem } from './change-of-addressing.ts';
import { drainedHosts, withDrained } from './drained-hosts.ts';
import { joiningFindings } from './joining-members.ts';
import { withMembersInForce } from './leaving-members.ts';
import { addressingSubject, heldUpFinding, refusedFindings, takenFinding } from './refused-addressing.ts';

/** The documents without changes of addressing that are refused, with members that have not left yet; and the findings about what is refused. */
export interface FleetInForce {
  /**
   * A tenant whose change is refused has the addressing that it is served with. One is held up while another one, whose change is refused or
   * which is not declared, has its VLAN or network. A member that moves, or is not declared any more, stays on its host until it can leave. Members on drained hosts are
   * marked as such.
   */
  readonly fleet: Fleet;
  readonly items: readonly BoundItem[];
}

interface Kept {
  readonly tenant: Tenant;
  readonly inForce: Tenant;
}

/**
 * A member with data keeps its addressing. A document with another one is refused for the tenant as a whole, before any component compares
 * anything: all of them work with the addressing in force, so that no layer carries out its half, and what breaks is repaired meanwhile.
 * Undefined if the documents are in force as they are, as in most passes.
 */
export function fleetInForce(fleet: Fleet, lookup: FactLookup): FleetInForce | undefined {
  const seen = fleet.tenants.map((tenant) => ({ tenant, evidence: addressingEvidence(fleet, tenant, lookup) }));
  const kept = new Map(
    seen.flatMap(({ tenant, evidence }) => {
      const inForce = tenantInForce(tenant, evidence);
      return inForce ? [[tenant.name, { tenant, inForce, certain: isSeenAtContainers(evidence) }] as const] : [];
    }),
  );
  const leaving = new Map(
    seen.flatMap(({ tenant, evidence }) => {
      if (evidence.startsAgain) return [[tenant.name, { ...tenant, startsAgain: evidence.startsAgain }] as const];
      const inForce = kept.has(tenant.name) ? undefined : withMembersInForce(fleet, tenant, evidence.own, lookup);
      return inForce ? [[tenant.name, inForce] as const] : [];
    }),
  );
  const undeclared = undeclaredParts(fleet, lookup);
  const drained = drainedHosts(fleet, lookup);
  if (!kept.size && !leaving.size && !drained.size && !undeclared.length) return undefined;
  const all = [...kept.values()];
  const heldUp = seen.flatMap(({ tenant, evidence }) => {
    if (kept.has(tenant.name) || isSeenAtContainers(evidence)) return [];
    const by = all.find(({ inForce }) => inForce.vlan === tenant.vlan || overlapping(inForce, tenant));
    const holders = undeclared.filter((one) => takes(one, tenant));
    if (by) return [{ tenant, finding: heldUpFinding(tenant, by.tenant) }];
    return holders.length ? [{ tenant, finding: takenFinding(tenant, holders) }] : [];
  });
  if (!kept.size && !leaving.size && !drained.size && !heldUp.length) return undefined;
  const names = heldUp.map(({ tenant }) => tenant.name);
  const created = fleet.tenants.filter(({ name }) => !names.includes(name));
  const tenants = created
    .map((tenant) => kept.get(tenant.name)?.inForce ?? leaving.get(tenant.name) ?? tenant)
    .map((tenant) => withDrained(tenant, drained));
  return {
    fleet: { ...fleet, tenants, heldUp: names },
    items: [
      ...all.map(({ tenant, inForce, certain }) =>
        certain && isReaddressable(tenant, inForce)
          ? readdressingItem(fleet, tenant, inForce, holderOf(tenant, all, undeclared))
          : itemOf(tenant, refusedFindings(tenant, inForce, certain)),
      ),
      ...heldUp.map(({ tenant, finding }) => itemOf(tenant, [finding])),
      ...[...leaving.values()].flatMap((tenant) =>
        joiningFindings(tenant).map((finding) => itemOf(tenant, [finding], finding.subject)),
      ),
    ],
  };
}

/** The tenant, other than the declared one itself, that has its VLAN or a part of its network. */
function holderOf(tenant: Tenant, kept: readonly Kept[], undeclared: readonly Undeclared[]): Holder | undefined {
  const by = kept.find(
    (one) => one.tenant !== tenant && (one.inForce.vlan === tenant.vlan || overlapping(one.inForce, tenant)),
  );
  if (by) return { tenant: by.tenant.name, changes: true };
  const former = undeclared.find((one) => takes(one, tenant));
  return former && { tenant: former.tenant, changes: false };
}

function overlapping(one: Tenant, other: Tenant): boolean {
  const [a, b] = [cidr(one.cidr), cidr(other.cidr)];
  return a !== undefined && b !== undefined && overlap(a, b);
}

function takes({ vlan, addresses }: Undeclared, tenant: Tenant): boolean {
  const range = cidr(tenant.cidr);
  const isInside = (address: string) => {
    const number = ipv4(address.split('/')[0] ?? '');
    return range !== undefined && number !== undefined && contains(range, number);
  };
  return vlan === tenant.vlan || addresses.some(isInside);
}

function itemOf(
  tenant: Tenant,
  findings: readonly Finding[],
  subject: Subject = addressingSubject(tenant.name),
): BoundItem {
  return { subject, dependsOn: [], requests: [], diff: () => findings };
}
