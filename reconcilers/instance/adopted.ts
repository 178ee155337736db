import type { Finding } from '../contract/finding.ts';
import { manual, notObserved, settling } from '../contract/remedy.ts';
import { adoptionText } from '../shared/adoption.ts';
import { type DesiredInstance, findingOf } from './desired.ts';
import { noAdoptedInstance, startInstance } from './messages.ts';

/** An adopted instance: it exists and runs, or somebody has to see to it. */
export function adoptedFindings(desired: DesiredInstance): readonly Finding[] {
  const { host, found } = desired;
  const finding = findingOf(desired);
  const want = 'adopt' in host.origin ? adoptionText(host.origin.adopt) : '';
  if (found.state === 'unknown')
    return [finding('NotObserved', 'instance', { have: 'unknown', want }, notObserved(found))];
  if (found.state === 'absent')
    return [finding('AdoptedNotFound', 'instance', { have: 'absent', want }, manual(noAdoptedInstance(want)))];
  const { state, instanceId } = found.value;
  if (state === 'running') return [];
  const passing = state === 'pending' || state === 'stopping';
  const remedy = passing ? settling(`EC2 reports ${state}`) : manual(startInstance(instanceId));
  return [finding('NotRunning', 'instance state', { have: state, want: 'running' }, remedy)];
}
