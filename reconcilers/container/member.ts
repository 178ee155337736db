import { memberInit } from '../../renderers/container/init.ts';
import { digest } from '../../renderers/lib/text.ts';
import type { Finding } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { act, notObserved } from '../contract/remedy.ts';
import type { ContainerFacts, MemberFolder } from '../facts/container/container-facts.ts';
import type { Observation } from '../facts/observation.ts';
import type { Ovs } from '../facts/ovs/ovs.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { meshInForce } from '../shared/bridge-in-force.ts';
import { waitForPackages } from '../shared/host-readiness.ts';
import { type DesiredMember, desiredMembers, findingsOf, limitFindingsOf } from './desired.ts';
import { diskFindings, limitsFindings, tooLow } from './limits.ts';
import { missing } from './missing.ts';
import { ownerOf, ownership } from './ownership.ts';
import { formerFindings, templateFindings } from './rebuild.ts';
import { type RelatedFacts, relatedFacts } from './related-facts.ts';
import { runtimes } from './runtimes/index.ts';
import { isWritten, stateFindings } from './state.ts';

export const members = bind<DesiredMember, ReturnType<typeof relatedFacts>>({
  component: 'container',
  desire: desiredMembers,
  facts: relatedFacts,
  diff: memberFindings,
});

function memberFindings(declared: DesiredMember, seen: RelatedFacts): readonly Finding[] {
  const { here } = seen;
  const desired = onBridgeInForce(declared, seen.ovs);
  const finding = findingsOf(desired);
  const { host, name, id, cluster } = desired.container;
  if (here.state === 'unknown')
    return [finding('NotObserved', 'container', { have: 'unknown', want: 'present' }, notObserved(here))];
  if (here.state === 'absent') {
    const values = { have: 'absent', want: runtimes[cluster.runtime.type].terms.name };
    return [finding('PackagesMissing', 'container runtime', values, waitForPackages(host))];
  }
  const all = here.value.containers;
  const facts = all.find((one) => one.id === id) ?? all.find((one) => one.name === name);
  const folder = here.value.folders.find((one) => one.name === name);
  const conflict = ownership(desired, facts, folder);
  if (conflict) return [conflict];
  if (!facts || !folder) return missing(desired, folder, seen);
  // Its retirement was interrupted, and goes on (maintenance).
  if (desired.container.member.leaves && folder.retired) return [];
  return [
    ...retiredFindings(desired, folder),
    ...fileFindings(desired, facts, folder),
    ...settingsFindings(desired, facts),
    ...diskFindings(desired, facts, folder),
    ...stateFindings(desired, facts, seen),
    ...limitsFindings(desired, facts),
    ...templateFindings(desired, facts, folder, seen),
    ...formerFindings(desired, folder, here.value.now),
  ];
}

/** While the bridge of its host has its former name or datapath, that is what its scripts and its port need. */
function onBridgeInForce({ container, ...desired }: DesiredMember, ovs: Observation<Ovs>): DesiredMember {
  if (ovs.state !== 'present') return { ...desired, container };
  const mesh = meshInForce(container.cluster, ovs.value.bridges);
  const attachment = { ...container.attachment, bridge: mesh.bridge };
  return { ...desired, container: { ...container, cluster: { ...container.cluster, mesh }, attachment } };
}

/** A member that is declared again, whose retirement was interrupted before the runtime forgot the container. */
function retiredFindings(desired: DesiredMember, { retired }: MemberFolder): readonly Finding[] {
  if (!retired) return [];
  const { host, name } = desired.container;
  const restore = act([{ operation: 'member-restore', host, name, owner: ownerOf(desired.container) }]);
  const values = { have: 'present', want: 'absent' };
  return [findingsOf(desired)('ContainerMarkedRetired', 'retired marker', values, restore, [])];
}

/** Files that take effect at the next start, and PID 1. They are written at once, which disrupts nobody. */
function fileFindings(desired: DesiredMember, facts: ContainerFacts, folder: MemberFolder): readonly Finding[] {
  const finding = findingsOf(desired);
  const { host, cluster } = desired.container;
  const stale = runtimes[cluster.runtime.type].files(desired.container).filter((file) => !isWritten(facts, file));
  const refusal = tooLow(desired.container, facts.limits);
  const isRefused = ({ path }: DesiredFile) => refusal !== undefined && path.endsWith('/config');
  const write = act([{ operation: 'write-files', host, files: stale.filter((file) => !isRefused(file)) }]);
  const found = stale.map((file) => {
    const values = fileValues(file.path in facts.digests);
    return isRefused(file) && refusal
      ? limitFindingsOf(desired)('ContainerLimitBelowUsage', file.path, values, refusal)
      : finding('FileDiffers', file.path, values, write, []);
  });
  const content = memberInit();
  if (folder.init === digest(content)) return found;
  const init = { path: `${desired.container.folder}/conf/init`, mode: '0755', owner: 'root:root', content };
  const place = act([{ operation: 'write-files', host, files: [init] }]);
  return [...found, finding('FileDiffers', init.path, fileValues(folder.init !== undefined), place, [])];
}

/** `have` and `want` of a file that is not as rendered. */
function fileValues(exists: boolean): { readonly have: string; readonly want: string } {
  return { have: exists ? 'different' : 'absent', want: 'as rendered' };
}

/** Parameters that the runtime stores itself. They take effect at the next start; the limits among them take effect at once. */
function settingsFindings(desired: DesiredMember, facts: ContainerFacts): readonly Finding[] {
  const { container } = desired;
  const runtime = runtimes[container.cluster.runtime.type];
  const refusal = tooLow(container, facts.limits);
  const found = runtime.differing(container, facts);
  const settable = found.filter(({ limit }) => !(limit && refusal));
  return found.map((one) =>
    refusal && !settable.includes(one)
      ? limitFindingsOf(desired)('ContainerLimitBelowUsage', one.field, one, refusal)
      : findingsOf(desired)('ContainerSettingDiffers', one.field, one, act([runtime.set(container, settable)]), []),
  );
}
