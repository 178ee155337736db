import type { Place } from '../fleet.ts';
import { type Issue, issueAt, type Path } from '../issue.ts';

/** A value that must be unique, and where it is declared. */
export interface Claim {
  /** The value, with the scope in which it must be unique. */
  readonly key: string;
  readonly place: Place;
  readonly path: Path;
}

/** One issue per duplicate claim; `describe` gets the duplicate and the first claim. */
export function claimedTwice<C extends Claim>(
  claims: readonly C[],
  describe: (second: C, first: C) => { readonly problem: string; readonly remedy: string },
): readonly Issue[] {
  const first = new Map<string, C>();
  return claims.flatMap((claim) => {
    const earlier = first.get(claim.key);
    if (earlier === undefined) {
      first.set(claim.key, claim);
      return [];
    }
    const { problem, remedy } = describe(claim, earlier);
    return [issueAt(claim.place, claim.path, problem, remedy)];
  });
}
