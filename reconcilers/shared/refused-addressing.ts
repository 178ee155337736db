import type { Member, Tenant, TenantName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { dependsOn, manual, notKnown } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Undeclared } from './addressing-evidence.ts';

/** The addressing of a tenant: refused changes of it, and nothing else. No other subject depends on it. */
export function addressingSubject(tenant: TenantName): Subject {
  return `container/${tenant}@addressing`;
}

/**
 * What the document declares otherwise than it is in force. What the members keep is `manual`; what only goes with it waits for that.
 * `certain`: a container was observed, and not the proxies alone. Nobody is impacted, since nothing of it is carried out.
 */
export function refusedFindings(declared: Tenant, inForce: Tenant, certain: boolean): readonly Finding[] {
  const subject = addressingSubject(declared.name);
  const finding = findingsAbout(subject);
  const kept = keptFields(declared, inForce);
  const former = kept.map(({ field, have }) => `${field}: ${have}`).join(', ');
  const remedy = certain ? manual(refused(declared.name, former)) : notKnown(containersUnknown(declared.name, former));
  return [
    ...kept.map(({ field, have, want }) => finding('AddressingChangeRefused', field, { have, want }, remedy)),
    ...withheldFindings(declared, inForce),
  ];
}

/** What only goes with the change, and is not carried out without it. */
export function withheldFindings(declared: Tenant, inForce: Tenant): readonly Finding[] {
  const subject = addressingSubject(declared.name);
  return withheldFields(declared, inForce).map(({ subject: own, field, have, want }) =>
    findingsAbout(own)('AddressingChangeWithheld', field, { have, want }, dependsOn(subject, withheld)),
  );
}

/** A tenant that is not created yet, and whose VLAN or network the other one still has. */
export function heldUpFinding({ name, vlan, cidr }: Tenant, by: Tenant): Finding {
  const remedy = dependsOn(
    addressingSubject(by.name),
    `tenant ${by.name} still has the VLAN or the network of this one`,
  );
  const values = { have: `with tenant ${by.name}`, want: `VLAN ${vlan}, ${cidr}` };
  return findingsAbout(addressingSubject(name), { impacts: [name] })('AddressingTaken', 'network', values, remedy);
}

/** A tenant that is not created: one that is not declared has its VLAN or addresses of its network. */
export function takenFinding({ name, vlan, cidr, members }: Tenant, by: readonly Undeclared[]): Finding {
  const tenants = [...new Set(by.map((one) => one.tenant))];
  const former = tenants.join(', ');
  const addresses = new Set(members.map((one) => one.address));
  const isRenamed =
    tenants.length === 1 && by.every((one) => one.vlan === vlan && one.addresses.every((at) => addresses.has(at)));
  const isCertain = by.some(({ certain }) => certain);
  const finding = findingsAbout(addressingSubject(name), { impacts: [name] });
  if (isRenamed && isCertain)
    return finding('TenantRenamed', 'metadata.name', { have: former, want: name }, manual(renamed(name, former)));
  const values = { have: `with ${by.map((one) => one.name).join(', ')}`, want: `VLAN ${vlan}, ${cidr}` };
  const remedy = isCertain ? manual(taken(name, former)) : notKnown(takenAsFarAsSeen(name, former));
  return finding('AddressingTaken', 'network', values, remedy);
}

interface Field {
  readonly field: string;
  readonly have: string;
  readonly want: string;
}

/** What the members have otherwise than declared. */
export function keptFields(declared: Tenant, inForce: Tenant): readonly Field[] {
  const members = inForce.members.flatMap((member): readonly Field[] => {
    const now = declaredAs(declared, member);
    return [
      { field: `members ${member.name} name`, have: member.name, want: now?.name ?? 'none' },
      { field: `members ${member.name} host`, have: member.host, want: now?.host ?? 'none' },
      { field: `members ${member.name} address`, have: member.address, want: now?.address ?? 'none' },
    ];
  });
  const all: readonly Field[] = [
    { field: 'network.vlan', have: String(inForce.vlan), want: String(declared.vlan) },
    { field: 'network.cidr', have: inForce.cidr, want: declared.cidr },
    ...members,
    { field: 'redis.port', have: String(inForce.redis.port), want: String(declared.redis.port) },
    { field: 'sentinel.port', have: String(inForce.sentinel.port), want: String(declared.sentinel.port) },
  ];
  return all.filter(({ have, want }) => have !== want);
}

/** The declared member that one in force is: by its name, or else, if it was renamed, by its address or its host. */
function declaredAs({ members }: Tenant, { name, address, host }: Member): Member | undefined {
  return (
    members.find((one) => one.name === name) ??
    members.find((one) => one.host === host) ??
    members.find((one) => one.address === address)
  );
}

function withheldFields(declared: Tenant, inForce: Tenant): readonly (Field & { readonly subject: Subject })[] {
  const { name } = declared;
  const proxies = (declared.expose?.proxyAddresses ?? []).map(({ host, address: want }) => {
    const have = inForce.expose?.proxyAddresses.find((one) => one.host === host)?.address ?? 'as it is';
    return { subject: `mesh/${host}:${name}@addressing` as const, field: 'address', have, want };
  });
  const members = declared.members
    .filter((member) => inForce.members.every((one) => declaredAs(declared, one) !== member))
    .map((member) => ({
      subject: `container/${name}-${member.name}@addressing` as const,
      field: 'address',
      have: 'not created',
      want: member.address,
    }));
  return [...proxies, ...members].filter(({ have, want }) => have !== want);
}

const withheld = 'it belongs to a change of addressing, and is not carried out without the rest';

function refused(tenant: TenantName, former: string): string {
  return `members with data keep these, so that nothing of the change is carried out at any layer, and tenant ${tenant} is served as before: declare again ${former}. Or declare a new Tenant with the new values beside this one, move the data (docs/guides/move-the-data.md), and retire this one`;
}

function taken(name: TenantName, former: string): string {
  return `tenant ${former} is not declared any more, and its containers have the VLAN or addresses of tenant ${name}, of which nothing is created beside them. ${instead(name, former)}`;
}

/** `former` has the VLAN and the members of the new one. */
function renamed(name: TenantName, former: string): string {
  return `Tenant ${name} looks renamed from ${former}: it has the VLAN and the addresses of the containers of ${former}, which is not declared any more. A Tenant cannot be renamed, since its name is in its containers, in Sentinel and in HAProxy: nothing of ${name} is created, and ${former} serves as before. ${instead(name, former)}`;
}

function instead(name: TenantName, former: string): string {
  return `Declare ${former} again. Or declare both, ${name} with a VLAN, a network and a port of its own; move the data (docs/guides/move-the-data.md); and retire ${former} with apply --prune`;
}

function takenAsFarAsSeen(name: TenantName, former: string): string {
  return `not every Redis host could be observed, and the proxies have ports of tenant ${former}, which is not declared any more, with the VLAN or addresses of tenant ${name}: nothing of ${name} is created until it is known whether containers of ${former} are left`;
}

function containersUnknown(tenant: TenantName, former: string): string {
  return `the containers of tenant ${tenant} could not be observed, and its proxies still serve ${former}: nothing of the change is carried out until it is known what the members have`;
}
