import type { Fleet, Tenant, TenantName } from '../../crds/fleet.ts';
import { cidr, overlap } from '../../crds/schema/address.ts';
import type { Finding } from '../contract/finding.ts';
import type { BoundItem, FactLookup } from '../contract/reconciler.ts';
import type { Subject } from '../contract/subject.ts';
import { isSeenAtContainers, tenantInForce } from './addressing.ts';
import { addressingEvidence } from './addressing-evidence.ts';
import { addressingSubject, heldUpFinding, refusedFindings } from './refused-addressing.ts';

/** The documents without changes of addressing that are refused, and the findings about these. */
export interface FleetInForce {
  /** Every declared tenant; one whose change is refused has the addressing that it is served with. */
  readonly fleet: Fleet;
  /** Tenants that are not created yet, because a tenant whose change is refused still has their VLAN or network. */
  readonly heldUp: readonly TenantName[];
  readonly items: readonly BoundItem[];
}

/**
 * A member with data keeps its addressing. A document with another one is refused for the tenant as a whole, before any component compares
 * anything: all of them work with the addressing in force, so that no layer carries out its half, and what breaks is repaired meanwhile.
 * Undefined if nothing is refused, as in most passes.
 */
export function fleetInForce(fleet: Fleet, lookup: FactLookup): FleetInForce | undefined {
  const seen = fleet.tenants.map((tenant) => ({ tenant, evidence: addressingEvidence(fleet, tenant, lookup) }));
  const kept = new Map(
    seen.flatMap(({ tenant, evidence }) => {
      const inForce = tenantInForce(tenant, evidence);
      return inForce ? [[tenant.name, { tenant, inForce, certain: isSeenAtContainers(evidence) }] as const] : [];
    }),
  );
  if (!kept.size) return undefined;
  const all = [...kept.values()];
  const heldUp = seen.flatMap(({ tenant, evidence }) => {
    if (kept.has(tenant.name) || isSeenAtContainers(evidence)) return [];
    const by = all.find(({ inForce }) => inForce.vlan === tenant.vlan || overlapping(inForce, tenant));
    return by ? [{ tenant, by: by.tenant }] : [];
  });
  return {
    fleet: { ...fleet, tenants: fleet.tenants.map((tenant) => kept.get(tenant.name)?.inForce ?? tenant) },
    heldUp: heldUp.map(({ tenant }) => tenant.name),
    items: [
      ...all.map(({ tenant, inForce, certain }) => itemOf(tenant, refusedFindings(tenant, inForce, certain))),
      ...heldUp.map(({ tenant, by }) => itemOf(tenant, [heldUpFinding(tenant, by)])),
    ],
  };
}

function overlapping(one: Tenant, other: Tenant): boolean {
  const [a, b] = [cidr(one.cidr), cidr(other.cidr)];
  return a !== undefined && b !== undefined && overlap(a, b);
}

function itemOf(tenant: Tenant, findings: readonly Finding[]): BoundItem {
  const subject: Subject = addressingSubject(tenant.name);
  return { subject, dependsOn: [], requests: [], diff: () => findings };
}
