import { act, blind, type Drift, operator, type Remedy, wait } from '../drift.ts';
import type { Containers, MemberFolder } from '../questions/containers.ts';
import type { Around } from './around.ts';
import { departed } from './departed.ts';
import { type DesiredMember, findingOf } from './desired.ts';
import { ownerOf } from './ownership.ts';
import { runtimes } from './runtimes/index.ts';
import { imageFor } from './template.ts';

/**
 * The runtime does not know the container, or its folder is gone. A folder that says it is this member's is taken up again with its data
 * (so a creation that was killed goes on), a retired one without its mark; a container whose folder is gone has lost its data, which is
 * a person's matter.
 */
export function missing(desired: DesiredMember, folder: MemberFolder | undefined, seen: Around): readonly Drift[] {
  const { container } = desired;
  const { words } = runtimes[container.cluster.runtime.type];
  const known = seen.here.state === 'present' && seen.here.value.containers.some((one) => one.id === container.id);
  if (known) {
    const reason = `its folder ${container.folder} is gone, and with it its data: bring it back, or remove ${words.place(container.id)} to have the member made anew, empty, as a replica`;
    return [findingOf(desired)('folder', 'there', 'not there', operator(reason))];
  }
  const have = folder ? `its folder is there, ${words.name} does not know it` : 'not there';
  const remedy =
    elsewhere(desired, seen.others) ??
    (folder ? takeUp(desired, folder) : (departed(desired, seen) ?? make(desired, seen.template)));
  return [findingOf(desired)('container', 'there', folder?.retired ? 'retired, its data kept' : have, remedy)];
}

/** Its mark goes first: a member that is declared must not count as retired since then, once it leaves the documents again. */
function takeUp({ container }: DesiredMember, { retired, imageBytes }: MemberFolder): Remedy {
  const { tenant, member, host, name } = container;
  const { words, register } = runtimes[container.cluster.runtime.type];
  if (imageBytes === undefined)
    return operator(
      `${container.folder} on ${host} holds no disk of ${words.name}'s. If spec.runtime.type of the Cluster was changed, put it back: members are not moved from one runtime to another, and its old container may still run, with its address`,
    );
  const was = `${retired?.address} in VLAN ${retired?.vlan}`;
  if (retired?.address !== undefined && was !== `${member.address} in VLAN ${tenant.vlan}`)
    return operator(
      `it was retired as ${was}, and its data know it by that: declare that again; or, to start empty, have it destroyed first (without this Tenant's document, apply --prune, after spec.prune.retainFor)`,
    );
  const known = register(container);
  return act(retired ? [{ verb: 'member-restore', host, name, owner: ownerOf(container) }, ...known] : known);
}

function make({ container }: DesiredMember, seen: Around['template']): Remedy {
  const { runtime } = container.cluster;
  if (seen.state === 'unknown') return blind(`the template on ${container.host}: ${seen.reason}`);
  const image = seen.state === 'present' ? imageFor(runtime, seen.value) : undefined;
  if (!image) return wait(`the template on ${container.host} is not prepared yet`);
  if (image.bytes > container.diskBytes) {
    const least = `${Math.ceil(image.bytes / 2 ** 20)}Mi`;
    return operator(`template ${runtime.template.name} needs ${least}: declare at least that in spec.resources.disk`);
  }
  return act([runtimes[runtime.type].create(container, runtime.template.name, image)]);
}

/** A member that moved still has its old container, with the same address. Where we cannot look, it may be. */
function elsewhere({ container, others }: DesiredMember, seen: Around['others']): Remedy | undefined {
  const { name } = container;
  const holds = ({ containers, folders }: Containers) =>
    containers.some((one) => one.name === name && one.mark) || folders.some((one) => one.name === name);
  const at = others.filter((_, index) => {
    const other = seen[index];
    return other?.state === 'present' && holds(other.value);
  });
  if (at[0] !== undefined)
    return operator(
      `a container of this name, with its data, is on ${at[0]}: declare that host again; or, to start empty here as a replica, stop it there and remove its folders`,
    );
  const hidden = others.find((_, index) => seen[index]?.state === 'unknown');
  return hidden === undefined
    ? undefined
    : blind(`${hidden} could not be seen, and a container of this name and address may run there`);
}
