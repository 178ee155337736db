import { digest } from '../../renderers/lib/text.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, manual, type Remedy, settling } from '../contract/remedy.ts';
import type { ContainerFacts } from '../facts/container/container-facts.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { type DesiredMember, findingsOf } from './desired.ts';
import { loadedFindings, mtuFindings } from './loaded.ts';
import { runsElsewhere } from './messages.ts';
import { portFindings, portIsForeign } from './port.ts';
import type { RelatedFacts } from './related-facts.ts';
import { runtimes } from './runtimes/index.ts';

/** Whether it runs, and what only a running one shows. It is started with the declared configuration, and never beside a duplicate. */
export function stateFindings(desired: DesiredMember, facts: ContainerFacts, seen: RelatedFacts): readonly Finding[] {
  const { container } = desired;
  const runtime = runtimes[container.cluster.runtime.type];
  const { terms } = runtime;
  const written = runtime.files(container).every((file) => isWritten(facts, file));
  if (facts.state === 'RUNNING')
    return [
      ...portFindings(desired, facts, seen),
      ...mtuFindings(desired, facts, written),
      ...loadedFindings(desired, facts, written),
    ];
  const state = (reason: Reason, remedy: Remedy) => [
    findingsOf(desired)(reason, 'state', { have: facts.state || 'unreadable', want: 'RUNNING' }, remedy),
  ];
  const set = runtime.differing(container, facts).length === 0;
  if (!written || !set) return state('NotRunning', settling('it is started once its configuration is written'));
  if (facts.state === 'STOPPED') {
    const foreign = portIsForeign(desired, seen.ovs);
    if (foreign) return state('ForeignOwner', manual(foreign));
    const duplicate = runningElsewhere(desired, seen.others);
    if (duplicate) return state('ContainerOnOtherHost', manual(duplicate));
    return state('NotRunning', act([runtime.start(container)]));
  }
  if (facts.state === 'FROZEN')
    return state(
      'ContainerFrozen',
      manual(`it is frozen: run ${terms.resumeCommand(container.id)} on ${container.host}`),
    );
  if (facts.state === '') {
    const command = terms.inspectCommand(container.id);
    const message = `${terms.name} cannot read its configuration: run ${command} on ${container.host} to see why`;
    return state('ContainerUnreadable', manual(message));
  }
  return state('NotRunning', settling(`${terms.name} reports ${facts.state}`));
}

/** One address, two containers: whoever moved the member must stop the old one first. */
function runningElsewhere({ container, others }: DesiredMember, seen: RelatedFacts['others']): string | undefined {
  const host = others.find((_, index) => {
    const other = seen[index];
    return (
      other?.state === 'present' &&
      other.value.containers.some((one) => one.name === container.name && one.mark && one.state !== 'STOPPED')
    );
  });
  const { stopCommand } = runtimes[container.cluster.runtime.type].terms;
  return host === undefined ? undefined : runsElsewhere(host, stopCommand(container.id));
}

/** Content and mode: a hook without its x-bit would keep the container from its next start, at the host's boot. */
export function isWritten({ digests, modes }: ContainerFacts, { path, mode, content }: DesiredFile): boolean {
  return digests[path] === digest(content) && Number.parseInt(modes[path] ?? '', 8) === Number.parseInt(mode, 8);
}
