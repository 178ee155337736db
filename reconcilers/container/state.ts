import { digest } from '../../renderers/text.ts';
import { act, type Drift, operator, wait } from '../drift.ts';
import type { ContainerFacts } from '../questions/containers.ts';
import type { DesiredFile } from '../verbs/index.ts';
import type { Around } from './around.ts';
import { type DesiredMember, findingOf } from './desired.ts';
import { loadedDrift, mtuDrift } from './loaded.ts';
import { portDrift, portIsForeign } from './port.ts';
import { runtimes } from './runtimes/index.ts';

/** Whether it runs, and what only a running one shows. Started with what is written, and never beside a twin. */
export function stateDrift(desired: DesiredMember, facts: ContainerFacts, seen: Around): readonly Drift[] {
  const finding = findingOf(desired);
  const { container } = desired;
  const runtime = runtimes[container.cluster.runtime.type];
  const { words } = runtime;
  const written = runtime.files(container).every((file) => isWritten(facts, file));
  const unknown = `not known to ${words.name}`;
  const state = (remedy: Drift['remedy']) => [finding('state', 'RUNNING', facts.state || unknown, remedy)];
  if (facts.state === 'RUNNING')
    return [...portDrift(desired, seen), ...mtuDrift(desired, facts, written), ...loadedDrift(desired, facts, written)];
  const set = runtime.differing(container, facts).length === 0;
  if (!written || !set) return state(wait('its configuration is written first'));
  if (facts.state === 'STOPPED') {
    const foreign = portIsForeign(desired, seen.ovs);
    if (foreign) return state(operator(foreign));
    const twin = runningElsewhere(desired, seen.others);
    if (twin) return state(operator(twin));
    return state(act([runtime.start(container)]));
  }
  if (facts.state === 'FROZEN')
    return state(operator(`somebody froze it: ${words.thaw(container.id)} on ${container.host}`));
  if (facts.state === '')
    return state(
      operator(`${words.name} cannot read its configuration: see ${words.look(container.id)} on ${container.host}`),
    );
  return state(wait(`${words.name} says ${facts.state}`));
}

/** One address, two containers: whoever moved the member must stop the old one first. */
function runningElsewhere({ container, others }: DesiredMember, seen: Around['others']): string | undefined {
  const host = others.find((_, index) => {
    const other = seen[index];
    return (
      other?.state === 'present' &&
      other.value.containers.some((one) => one.name === container.name && one.mark && one.state !== 'STOPPED')
    );
  });
  return (
    host &&
    `a container of this name and address runs on ${host}: stop it there first (${runtimes[container.cluster.runtime.type].words.stop(container.id)})`
  );
}

/** A hook without its x-bit would keep the container from its next start, at the host's boot. */
export function isWritten({ digests, modes }: ContainerFacts, { path, mode, content }: DesiredFile): boolean {
  return digests[path] === digest(content) && Number.parseInt(modes[path] ?? '', 8) === Number.parseInt(mode, 8);
}
