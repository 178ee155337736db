import type { Tenant } from '../../crds/fleet.ts';
import { operator, type Remedy } from '../drift.ts';
import { containerName, memberFolder } from '../names.ts';
import type { MemberFacts } from '../questions/members.ts';

/** Redis was let start so often, one time after the other, and did not last: it will not come up by itself. */
const often = 3;

/**
 * Whether that is why it does not run now. While its fence holds it, for anything but missing data (which a first master that exits
 * leaves behind), it is not started, and what was wrong with it may be mended.
 */
export function exitsAtOnce({ exits, fence }: MemberFacts): boolean {
  const held = /^(held-(?!empty)|no-majority|not-set-up)/.test(fence?.state ?? '');
  return exits !== undefined && exits.times >= often && !held;
}

/** What Redis said last, and that a person must mend it. Its log is searched for secrets on the host, and here once more. */
export function exiting(tenant: Tenant, member: Tenant['members'][number], { exits }: MemberFacts): Remedy {
  const said = exits?.words.replaceAll(tenant.password.reveal(), '***') || 'it left no word';
  return operator(
    `Redis is started and exits again, ${exits?.times} times in a row: ${said}. Mend that (a setting in spec.redis.config, or the ` +
      `files of ${containerName(tenant, member)}); its whole log is ${memberFolder(tenant, member)}/console.log`,
  );
}
