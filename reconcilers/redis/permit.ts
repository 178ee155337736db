import type { Member, Tenant } from '../../crds/fleet.ts';
import { permitFile } from '../../renderers/redis/start-guard.ts';
import type { Finding, FindingBuilder } from '../contract/finding.ts';
import { act, dependsOn, manual, type Remedy, settling } from '../contract/remedy.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { containerName, memberFolder } from '../shared/names.ts';
import { isCrashLooping } from './crash-loop.ts';
import { markerInvalid } from './messages.ts';

/** A member whose facts are observed. */
export interface ObservedMember {
  readonly member: Member;
  readonly facts: MemberFacts;
}

/** The field of all findings about the bootstrap of a tenant. */
export const bootstrapField = 'bootstrap';

/** Lets the initial master start, once. */
export function permitFinding(
  tenant: Tenant,
  members: readonly ObservedMember[],
  chosen: string | undefined,
  finding: FindingBuilder,
): Finding {
  const first = members.find(({ member }) => member.name === chosen);
  if (!first) {
    const values = { have: String(chosen), want: 'a declared member' };
    return finding('BootstrapMarkerInvalid', bootstrapField, values, manual(markerInvalid(String(chosen))));
  }
  const notStarted = (have: string, remedy: Remedy) =>
    finding('InitialMasterNotStarted', bootstrapField, { have, want: `${first.member.name} started` }, remedy);
  // The start guard uses a permission up. What keeps Redis from staying up is reported for the member.
  if (isCrashLooping(first.facts))
    return notStarted('crash loop', dependsOn(`redis/${containerName(tenant, first.member)}`));
  const runs = serverProcess(first.facts, 'redis-server') !== undefined;
  // A run that ended since has given the permission: the start guard checks it every second.
  if (first.facts.files[permitFile] && !runs)
    return notStarted('permitted', settling('its start guard starts it within seconds'));
  const waits = first.facts.startGuard?.state === 'waiting-for-data' && !runs;
  // A complete data set anywhere shows that there was a master: then the Sentinels find the next one.
  if (!waits || members.some(({ facts }) => facts.data === 'complete'))
    return notStarted(
      first.facts.startGuard?.state ?? 'not started',
      settling('it starts once a majority of the Sentinels names it'),
    );
  const { host, name } = first.member;
  const folder = memberFolder(tenant, first.member);
  return notStarted('not permitted', act([{ operation: 'member-permit', host, folder, member: name }]));
}
