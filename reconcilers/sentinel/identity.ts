import type { Member } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { manual } from '../contract/remedy.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import type { Context } from './context.ts';
import { duplicateId } from './messages.ts';

/**
 * Two Sentinels with one id, as after a copy of sentinel.conf: the others take them for one Sentinel whose address changes, several times a
 * second (`+sentinel-address-switch`, sentinel.c), and it has one vote. Reported for the later of the two members.
 */
export function identityFindings({ tenant, member, index, state, facts, finding }: Context): readonly Finding[] {
  const id = idOf(facts);
  const earlier = tenant.members.slice(0, index).find((_, place) => {
    const seen = state.members[place];
    return id !== undefined && seen?.state === 'present' && idOf(seen.value) === id;
  });
  if (!earlier) return [];
  const values = { have: `that of ${earlier.name}`, want: 'an id of its own' };
  return [finding('SentinelIdDuplicate', 'id', values, manual(remedyFor(tenant, member, facts)))];
}

function remedyFor(tenant: Context['tenant'], member: Member, facts: MemberFacts): string {
  return duplicateId(tenant, member, serverProcess(facts, 'redis-sentinel')?.pid);
}

/** `sentinel myid 40HEX`, which Sentinel writes at its first start. */
function idOf({ lines }: MemberFacts): string | undefined {
  return (lines['sentinel.conf'] ?? []).flatMap(
    (line) => /^sentinel myid "?([0-9a-f]{40})"?$/i.exec(line)?.[1] ?? [],
  )[0];
}
