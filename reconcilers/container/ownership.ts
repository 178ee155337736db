import { type Drift, operator } from '../drift.ts';
import type { ContainerFacts, MemberFolder } from '../questions/containers.ts';
import type { MemberOwner } from '../verbs/index.ts';
import { type DesiredMember, findingOf } from './desired.ts';
import type { MemberContainer } from './runtime.ts';
import { runtimes } from './runtimes/index.ts';

/** Says why what is there under the member's name must not be touched; undefined where it is ours, or where nothing is there. */
export function ownership(
  desired: DesiredMember,
  facts: ContainerFacts | undefined,
  folder: MemberFolder | undefined,
): Drift | undefined {
  const finding = findingOf(desired);
  const { cluster, tenant, member, host } = desired.container;
  const want = `${cluster.name}/${tenant.name}/${member.name}`;
  if (facts && !facts.mark) {
    const { taken } = runtimes[cluster.runtime.type].words;
    const reason = `container ${facts.id} on ${host} is not ours: ${taken(facts.id === desired.container.id)}`;
    return finding('owner', want, 'nobody we know', operator(reason));
  }
  const owner = [facts?.mark, folder?.identity].find((mark) => mark && ownerText(mark) !== want);
  if (owner) {
    const reason = `what is there belongs to another: it is left alone. Rename the member, or remove the other on ${host}`;
    return finding('owner', want, ownerText(owner), operator(reason));
  }
  if (folder && !folder.identity) {
    const reason = `${desired.container.folder} on ${host} does not say whose it is, and may hold data: move it away, or restore its file "identity"`;
    return finding('owner', want, 'a folder without identity', operator(reason));
  }
  const { id } = desired.container;
  if (!facts?.mark) return undefined;
  const twin = `container ${facts.id} on ${host} says that it is this member, whose own is ${id}: it is left alone. Look at both, and remove by hand what is not the member's`;
  return (
    moved(desired, facts.mark) ?? (facts.id === id ? undefined : finding('container', id, facts.id, operator(twin)))
  );
}

/** Redis and Sentinel know each other by address: one that changes under a member with data splits the tenant. */
function moved(desired: DesiredMember, mark: { readonly vlan: number; readonly address: string }): Drift | undefined {
  const { tenant, member } = desired.container;
  const want = `${member.address} in VLAN ${tenant.vlan}`;
  const have = `${mark.address} in VLAN ${mark.vlan}`;
  if (want === have) return undefined;
  const reason = `a member keeps its address and VLAN: declare ${have} again, or declare a new member beside it and remove this one`;
  return findingOf(desired)('address', want, have, operator(reason), []);
}

/** Whose the container is to be. */
export function ownerOf({ cluster, tenant, member }: MemberContainer): MemberOwner {
  return { cluster: cluster.name, tenant: tenant.name, member: member.name };
}

function ownerText(mark: { readonly cluster: string; readonly tenant: string; readonly member: string }): string {
  return `${mark.cluster}/${mark.tenant}/${mark.member}`;
}
