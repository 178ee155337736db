import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notKnown, notObserved } from '../contract/remedy.ts';
import type { Containers, MemberFolder } from '../facts/container/container-facts.ts';
import type { Action } from '../operations/actions.ts';
import { isMajority } from '../shared/current-master.ts';
import { dataSubject } from '../shared/data-volume.ts';
import { type DesiredMember, findingsOf, hostSubject } from './desired.ts';
import {
  directoryMissing,
  mayRunOn,
  noLastMaster,
  onOtherHost,
  otherRuntime,
  othersUnknown,
  retiredAs,
  templateTooLarge,
} from './messages.ts';
import { ownerOf } from './ownership.ts';
import { portIsForeign } from './port.ts';
import type { RelatedFacts } from './related-facts.ts';
import { type Cause, removedHost } from './removed-host.ts';
import { runtimes } from './runtimes/index.ts';
import { imageFor } from './template.ts';

/**
 * The runtime does not know the container, or its directory is gone. A directory that names this member as its owner is registered again
 * with its data, so an interrupted creation goes on; a retired one loses its marker. A container without its directory has lost its data,
 * which needs a manual decision.
 */
export function missing(
  desired: DesiredMember,
  folder: MemberFolder | undefined,
  seen: RelatedFacts,
): readonly Finding[] {
  const { container } = desired;
  const { terms } = runtimes[container.cluster.runtime.type];
  const finding = findingsOf(desired);
  if (onMissingVolume(desired, seen)) {
    const remedy = dependsOn(dataSubject(container.host), 'its data volume is not mounted');
    return [finding('DependencyNotReady', 'container', { have: 'unknown', want: 'present' }, remedy)];
  }
  const known = seen.here.state === 'present' && seen.here.value.containers.some((one) => one.id === container.id);
  if (known) {
    const remedy = manual(directoryMissing(container.folder, terms.configPath(container.id)));
    return [finding('ContainerDirectoryMissing', 'directory', { have: 'absent', want: 'present' }, remedy)];
  }
  const { reason, remedy } =
    presentOnOtherHost(desired, folder, seen.others) ??
    (folder ? reattach(desired, folder, seen) : (removedHost(desired, seen) ?? create(desired, seen.template)));
  const unregistered = folder?.retired ? 'retired' : 'unregistered';
  const have = folder ? unregistered : 'absent';
  return [finding(reason, 'container', { have, want: 'present' }, remedy)];
}

/** While the data volume is not mounted, nothing is known of what is on it. Members that are on the root volume instead were there before it. */
function onMissingVolume({ onDataVolume }: DesiredMember, { here }: RelatedFacts): boolean {
  return onDataVolume && here.state === 'present' && !here.value.mounted && here.value.folders.length === 0;
}

/** The retired marker goes first: a member that is declared must not count as retired since then once it leaves the documents again. */
function reattach(desired: DesiredMember, { retired, imageBytes }: MemberFolder, { ovs }: RelatedFacts): Cause {
  const { container } = desired;
  const { tenant, member, host, name } = container;
  const { terms, register, start } = runtimes[container.cluster.runtime.type];
  if (imageBytes === undefined) {
    const remedy = manual(otherRuntime(container.folder, host, terms));
    return { reason: 'ContainerRuntimeDiffers', remedy };
  }
  const known = register(container);
  const restore: Action = { operation: 'member-restore', host, name, owner: ownerOf(container) };
  if (retired?.readdressed && tenant.startsAgain) {
    const { initialMaster } = tenant.startsAgain;
    if (initialMaster === undefined) return { reason: 'ContainerUnregistered', remedy: manual(noLastMaster(tenant)) };
    // Nobody is served meanwhile: it is not left to another pass.
    const started = portIsForeign(desired, ovs) ? [] : [start(container)];
    return { reason: 'ContainerUnregistered', remedy: act([{ ...restore, initialMaster }, ...known, ...started]) };
  }
  const was = `${retired?.address} in VLAN ${retired?.vlan}`;
  if (retired?.address !== undefined && was !== `${member.address} in VLAN ${tenant.vlan}`)
    return retired.readdressed
      ? { reason: 'ContainerUnregistered', remedy: notKnown(othersUnknown) }
      : { reason: 'ContainerAddressDiffers', remedy: manual(retiredAs(was)) };
  const fresh = retired?.left ? { fresh: true as const } : {};
  return { reason: 'ContainerUnregistered', remedy: act(retired ? [{ ...restore, ...fresh }, ...known] : known) };
}

function create({ container }: DesiredMember, seen: RelatedFacts['template']): Cause {
  const { runtime } = container.cluster;
  if (seen.state === 'unknown')
    return {
      reason: 'NotObserved',
      remedy: notObserved(seen, (reason) => `the template on ${container.host} could not be observed: ${reason}`),
    };
  const image = seen.state === 'present' ? imageFor(runtime, seen.value) : undefined;
  if (!image) return { reason: 'Missing', remedy: dependsOn(hostSubject(container.host, 'template')) };
  if (image.bytes > container.diskBytes) {
    const remedy = manual(templateTooLarge(runtime.template.name, `${Math.ceil(image.bytes / 2 ** 20)}Mi`));
    return { reason: 'ContainerTemplateTooLarge', remedy };
  }
  const remedy = act([runtimes[runtime.type].create(container, runtime.template.name, image)]);
  return { reason: 'Missing', remedy };
}

/**
 * A member that moved may still have its old container, with the same address. A host that could not be observed may hold it. A copy that was
 * retired when the member left does not count as long as a majority of the members runs, from which the new one gets its data; nor beside a
 * directory here that is not such a copy itself. One that was stopped here for another addressing was registered nowhere else.
 */
function presentOnOtherHost(
  { container, others }: DesiredMember,
  here: MemberFolder | undefined,
  seen: RelatedFacts['others'],
): Cause | undefined {
  const { name, tenant, cluster } = container;
  const isOwn = here !== undefined && !here.retired?.left;
  const running = seen.flatMap((other) =>
    (other.state === 'present' ? other.value.containers : []).filter(
      ({ mark, state }) => mark?.cluster === cluster.name && mark.tenant === tenant.name && state === 'RUNNING',
    ),
  );
  const served = isMajority(running.length, tenant.members.length);
  const holds = ({ containers, folders }: Containers) =>
    containers.some((one) => one.name === name && one.mark) ||
    folders.some((one) => one.name === name && !(one.retired && served) && !(isOwn && one.retired?.left));
  const at = others.find((_, index) => {
    const other = seen[index];
    return other?.state === 'present' && holds(other.value);
  });
  if (at !== undefined) return { reason: 'ContainerOnOtherHost', remedy: manual(onOtherHost(at)) };
  if (here?.retired?.readdressed) return undefined;
  const unknown = seen.findIndex((other) => other.state === 'unknown');
  const [host, other] = [others[unknown], seen[unknown]];
  if (host === undefined || other === undefined) return undefined;
  return { reason: 'NotObserved', remedy: notObserved(other, (reason) => mayRunOn(host, reason)) };
}
