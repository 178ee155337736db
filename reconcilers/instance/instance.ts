import { groundSight } from '../ground.ts';
import { bind } from '../reconciler.ts';
import { adoptedDrift } from './adopted.ts';
import { createdDrift } from './created.ts';
import { type DesiredInstance, desiredInstance, instanceQuestions } from './desired.ts';

/** Hosts as EC2 instances: somebody else's, found by id or by tag and only looked at; or ours, made where they are missing. */
export const instance = bind<DesiredInstance, ReturnType<typeof instanceQuestions>>({
  concern: 'instance',
  desire: (fleet, inventory) => fleet.cluster.hosts.map((host) => desiredInstance(fleet, host, inventory)),
  questions: instanceQuestions,
  diff: (desired, seen) => {
    const { creation } = desired;
    if (!creation) return adoptedDrift(desired);
    const ground = groundSight(desired.cluster, desired.young, seen);
    return createdDrift(desired, creation, ground, seen);
  },
});
