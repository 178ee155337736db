import type { Adoption } from '../../crds/fleet.ts';
import type { Tagged } from '../facts/ec2/vpc-network.ts';
import { present } from '../facts/observation.ts';
import type { PartState } from './part-state.ts';

/** The adopted part among those that EC2 shows. None, or several of one tag, is a conflict. */
export function adoptedPart<T extends Tagged>(adoption: Adoption, shown: readonly T[]): PartState<T> {
  const matching = shown.filter((one) =>
    'id' in adoption ? one.id === adoption.id : one.tags[adoption.tag.key] === adoption.tag.value,
  );
  const [only, ...others] = matching;
  if (!only)
    return {
      state: 'conflict',
      have: 'absent',
      reason: 'AdoptedNotFound',
      message: `nothing ${adoptionText(adoption)} exists in this account and region; correct \`adopt\`, or use \`create: true\``,
      transient: false,
    };
  if (others.length === 0) return present(only);
  return {
    state: 'conflict',
    have: matching.map((one) => one.id).join(', '),
    reason: 'AdoptedAmbiguous',
    message: `${matching.length} resources match ${adoptionText(adoption)}; adopt one by its id`,
    transient: false,
  };
}

/** `with id vpc-1`, `with tag Name=redis-1`. */
export function adoptionText(adoption: Adoption): string {
  return 'id' in adoption ? `with id ${adoption.id}` : `with tag ${adoption.tag.key}=${adoption.tag.value}`;
}
