import { blind, type Drift, operator, wait } from '../drift.ts';
import { adoptionWords } from '../ground.ts';
import { type DesiredInstance, finding } from './desired.ts';

/** An instance that is somebody else's: it is there and runs, or a person must see to it. */
export function adoptedDrift(desired: DesiredInstance): readonly Drift[] {
  const { host, found } = desired;
  const words = 'adopt' in host.origin ? adoptionWords(host.origin.adopt) : '';
  if (found.state === 'unknown') return [finding(desired, 'instance', words, 'could not be seen', blind(found.reason))];
  if (found.state === 'absent') {
    const todo = `no running or stopped instance ${words}: start one, or correct spec.hosts of the Cluster`;
    return [finding(desired, 'instance', words, 'none in this account and region', operator(todo))];
  }
  const { state, instanceId } = found.value;
  if (state === 'running') return [];
  const remedy =
    state === 'pending' || state === 'stopping'
      ? wait(`EC2 says ${state}`)
      : operator(`start it (aws ec2 start-instances --instance-ids ${instanceId}); its members are away until then`);
  return [finding(desired, 'instance state', 'running', state, remedy)];
}
