import type { Place } from './fleet.ts';
import { type Issue, issueAt, type Path } from './issue.ts';

/** Something that only one may have, and who says so where. */
export interface Claim {
  /** What is claimed, with the scope in which it must be unique. */
  readonly key: string;
  readonly place: Place;
  readonly path: Path;
}

/** An issue at every claim but the first, told with the first. */
export function claimedTwice<C extends Claim>(
  claims: readonly C[],
  say: (second: C, first: C) => { readonly problem: string; readonly remedy: string },
): readonly Issue[] {
  const first = new Map<string, C>();
  return claims.flatMap((claim) => {
    const earlier = first.get(claim.key);
    if (earlier === undefined) {
      first.set(claim.key, claim);
      return [];
    }
    const { problem, remedy } = say(claim, earlier);
    return [issueAt(claim.place, claim.path, problem, remedy)];
  });
}
