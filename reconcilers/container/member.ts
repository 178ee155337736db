import { memberInit } from '../../renderers/member-init.ts';
import { digest } from '../../renderers/text.ts';
import { act, blind, type Drift, notice } from '../drift.ts';
import { installedFirst } from '../prepared.ts';
import type { ContainerFacts, MemberFolder } from '../questions/containers.ts';
import { bind } from '../reconciler.ts';
import type { DesiredFile } from '../verbs/index.ts';
import { type Around, questionsAround } from './around.ts';
import { asideOf, type DesiredMember, desiredMembers, findingOf } from './desired.ts';
import { diskDrift, limitsDrift, tooLow } from './limits.ts';
import { missing } from './missing.ts';
import { ownerOf, ownership } from './ownership.ts';
import { runtimes } from './runtimes/index.ts';
import { isWritten, stateDrift } from './state.ts';
import { imageFor } from './template.ts';

export const members = bind<DesiredMember, ReturnType<typeof questionsAround>>({
  concern: 'container',
  desire: desiredMembers,
  questions: questionsAround,
  diff: memberDrift,
});

function memberDrift(desired: DesiredMember, seen: Around): readonly Drift[] {
  const { here } = seen;
  const finding = findingOf(desired);
  const { host, name, id, cluster } = desired.container;
  const { words } = runtimes[cluster.runtime.type];
  if (here.state === 'unknown') return [finding('container', 'running', 'could not be seen', blind(here.reason))];
  if (here.state === 'absent') {
    return [finding('container runtime', words.name, 'not installed', installedFirst(host))];
  }
  const all = here.value.containers;
  const facts = all.find((one) => one.id === id) ?? all.find((one) => one.name === name);
  const folder = here.value.folders.find((one) => one.name === name);
  const notOurs = ownership(desired, facts, folder);
  if (notOurs) return [notOurs];
  if (!facts || !folder) return missing(desired, folder, seen);
  return [
    ...retiredDrift(desired, folder),
    ...fileDrift(desired, facts, folder),
    ...settingsDrift(desired, facts),
    ...diskDrift(desired, facts, folder),
    ...stateDrift(desired, facts, seen),
    ...limitsDrift(desired, facts),
    ...madeFrom(desired, folder, seen),
  ];
}

/** A retirement that was ended before the runtime had forgotten it, of a member that is declared again. */
function retiredDrift(desired: DesiredMember, { retired }: MemberFolder): readonly Drift[] {
  if (!retired) return [];
  const { host, name } = desired.container;
  const restore = act([{ verb: 'member-restore', host, name, owner: ownerOf(desired.container) }]);
  return [findingOf(desired)('mark retired', 'none', 'there', restore, [])];
}

/** What takes effect at the next start, and PID 1. Written at once, which disrupts nobody. */
function fileDrift(desired: DesiredMember, facts: ContainerFacts, folder: MemberFolder): readonly Drift[] {
  const finding = findingOf(desired);
  const { host, cluster } = desired.container;
  const stale = runtimes[cluster.runtime.type].files(desired.container).filter((file) => !isWritten(facts, file));
  const held = tooLow(desired.container, facts.limits);
  const isHeld = ({ path }: DesiredFile) => held !== undefined && path.endsWith('/config');
  const write = act([{ verb: 'write-files', host, files: stale.filter((file) => !isHeld(file)) }]);
  const found = stale.map((file) => {
    const have = file.path in facts.digests ? 'different' : 'missing';
    return isHeld(file) && held
      ? asideOf(desired)(file.path, 'as rendered', `${have}; left as it is`, held)
      : finding(file.path, 'as rendered', have, write, []);
  });
  const content = memberInit();
  if (folder.init === digest(content)) return found;
  const init = { path: `${desired.container.folder}/conf/init`, mode: '0755', owner: 'root:root', content };
  const place = act([{ verb: 'write-files', host, files: [init] }]);
  return [...found, finding(init.path, 'as rendered', folder.init ? 'different' : 'missing', place, [])];
}

/** Parameters that the runtime keeps itself. They count at the next start, and the limits among them at once. */
function settingsDrift(desired: DesiredMember, facts: ContainerFacts): readonly Drift[] {
  const { container } = desired;
  const runtime = runtimes[container.cluster.runtime.type];
  const held = tooLow(container, facts.limits);
  const found = runtime.differing(container, facts);
  const free = found.filter(({ limit }) => !(limit && held));
  return found.map((one) =>
    held && !free.includes(one)
      ? asideOf(desired)(one.field, one.want, one.have, held)
      : findingOf(desired)(one.field, one.want, one.have, act([runtime.set(container, free)]), []),
  );
}

function madeFrom({ subject, container }: DesiredMember, folder: MemberFolder, seen: Around): readonly Drift[] {
  const image =
    seen.template.state === 'present' ? imageFor(container.cluster.runtime, seen.template.value) : undefined;
  const made = folder.identity?.template;
  if (!image || !made || made === image.digest) return [];
  const reason = 'a container keeps what it was made from; it gets the new template when it is made anew';
  const have = made.slice(0, 12);
  return [{ subject, field: 'template', want: image.digest.slice(0, 12), have, hurts: [], remedy: notice(reason) }];
}
