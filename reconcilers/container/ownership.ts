import type { Finding } from '../contract/finding.ts';
import { manual } from '../contract/remedy.ts';
import type { ContainerFacts, MemberFolder } from '../facts/container/container-facts.ts';
import type { MemberOwner } from '../operations/actions.ts';
import { type DesiredMember, findingsOf } from './desired.ts';
import { addressIsKept, duplicate, ownedByOther, ownerUnknown } from './messages.ts';
import type { MemberContainer } from './runtime.ts';
import { runtimes } from './runtimes/index.ts';

/** Why the container or directory of the member's name must not be changed; undefined if it is this member's, or if there is none. */
export function ownership(
  desired: DesiredMember,
  facts: ContainerFacts | undefined,
  folder: MemberFolder | undefined,
): Finding | undefined {
  const finding = findingsOf(desired);
  const { cluster, tenant, member, host, id } = desired.container;
  const want = `${cluster.name}/${tenant.name}/${member.name}`;
  if (facts && !facts.mark) {
    const { resolveConflict } = runtimes[cluster.runtime.type].terms;
    const remedy = manual(`container ${facts.id} on ${host} is not managed here: ${resolveConflict(facts.id === id)}`);
    return finding('ForeignOwner', 'owner', { have: 'none', want }, remedy);
  }
  const owner = [facts?.mark, folder?.identity].find((mark) => mark && ownerText(mark) !== want);
  if (owner)
    return finding('ContainerOwnerDiffers', 'owner', { have: ownerText(owner), want }, manual(ownedByOther(host)));
  if (folder && !folder.identity) {
    const remedy = manual(ownerUnknown(desired.container.folder, host));
    return finding('ContainerOwnerDiffers', 'owner', { have: 'unknown', want }, remedy);
  }
  if (!facts?.mark) return undefined;
  const other = addressFinding(desired, facts.mark);
  if (other || facts.id === id) return other;
  const remedy = manual(duplicate(facts.id, host, id));
  return finding('ContainerDuplicate', 'container', { have: facts.id, want: id }, remedy);
}

/** Redis and Sentinel know each other by address: one that changes under a member with data splits the tenant. */
function addressFinding(
  desired: DesiredMember,
  mark: { readonly vlan: number; readonly address: string },
): Finding | undefined {
  const { tenant, member } = desired.container;
  const want = `${member.address} in VLAN ${tenant.vlan}`;
  const have = `${mark.address} in VLAN ${mark.vlan}`;
  if (want === have) return undefined;
  return findingsOf(desired)('ContainerAddressDiffers', 'address', { have, want }, manual(addressIsKept(have)), []);
}

/** The declared owner of the container. */
export function ownerOf({ cluster, tenant, member }: MemberContainer): MemberOwner {
  return { cluster: cluster.name, tenant: tenant.name, member: member.name };
}

function ownerText(mark: { readonly cluster: string; readonly tenant: string; readonly member: string }): string {
  return `${mark.cluster}/${mark.tenant}/${mark.member}`;
}
