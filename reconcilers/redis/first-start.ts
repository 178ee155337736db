import type { Member, Tenant } from '../../crds/fleet.ts';
import { permitFile } from '../../renderers/redis-fence.ts';
import { act, blind, type Drift, operator, type Remedy, type Subject, wait } from '../drift.ts';
import { marks } from '../marks.ts';
import { containerName, memberFolder } from '../names.ts';
import type { MemberFacts } from '../questions/members.ts';
import type { TenantSight } from '../tenant-sight.ts';
import type { Action } from '../verbs/index.ts';
import { exitsAtOnce } from './exits.ts';
import { firstChoice } from './first-choice.ts';

interface MemberSight {
  readonly member: Member;
  readonly facts: MemberFacts;
}

/**
 * A tenant's first master is decided once. All members seen, all empty, no mark: the choice is marked on every host. Marked on
 * all: the chosen one, and nobody else, is let start once. A master that the Sentinels agree on: `bootstrapped` on every host.
 * After that nothing is decided here ever again: members that are all empty then are lost data.
 */
export function firstStartDrift(subject: Subject, tenant: Tenant, sight: TenantSight): readonly Drift[] {
  const finding = (want: string, have: string, remedy: Remedy): readonly Drift[] => [
    { subject, field: 'first start', want, have, hurts: [tenant.name], remedy },
  ];
  const there = tenant.members.flatMap((member, index): readonly MemberSight[] => {
    const seen = sight.members[index];
    return seen?.state === 'present' ? [{ member, facts: seen.value }] : [];
  });
  if (sight.firstStart.state === 'done')
    return [...lost(subject, tenant, sight, there), ...unmarked(subject, tenant, there)];
  if (there.length < tenant.members.length) {
    const hidden = sight.members.find((seen) => seen.state === 'unknown');
    const remedy = hidden?.state === 'unknown' ? blind(hidden.reason) : wait('the members are not all set up yet');
    return finding('decided with all members in sight', `${there.length} of ${tenant.members.length} in sight`, remedy);
  }
  if (sight.mastership.state === 'agreed')
    return finding(
      'marked as done',
      'not marked',
      act(there.map(({ member }) => mark(tenant, member, marks.bootstrapped, 'yes'))),
    );
  return decision(tenant, sight, there, finding);
}

type Finding = (want: string, have: string, remedy: Remedy) => readonly Drift[];

function decision(
  tenant: Tenant,
  { firstStart }: TenantSight,
  there: readonly MemberSight[],
  finding: Finding,
): readonly Drift[] {
  if (firstStart.state === 'conflict') {
    const reason = `no Redis was let start yet: remove the file marks/${marks.bootstrap} from the members' folders on all hosts but those that say ${firstStart.values[0]}`;
    return finding('one first master', firstStart.values.join(' and '), operator(reason));
  }
  const chosen =
    firstStart.state === 'chosen'
      ? firstStart.member
      : firstChoice(
          tenant,
          there.map(({ facts }) => facts),
        );
  const missing = there.filter(({ facts }) => facts.marks[marks.bootstrap] === undefined);
  if (chosen !== undefined && missing.length) {
    const hidden = missing.find(({ facts }) => facts.data === undefined);
    if (hidden)
      return finding('decided', 'not yet', wait(`rests on container/${containerName(tenant, hidden.member)}`));
    const filled = missing.filter(({ facts }) => facts.data !== 'empty').map(({ member }) => member.name);
    if (filled.length) return finding('empty members', `${filled.join(', ')} hold data`, operator(foundData(tenant)));
    const actions = missing.map(({ member }) => mark(tenant, member, marks.bootstrap, chosen));
    return finding(`${chosen} marked on every host`, `on ${there.length - missing.length}`, act(actions));
  }
  return permission(tenant, there, chosen, finding);
}

function permission(
  tenant: Tenant,
  there: readonly MemberSight[],
  chosen: string | undefined,
  finding: Finding,
): readonly Drift[] {
  const first = there.find(({ member }) => member.name === chosen);
  if (!first) {
    const reason = `the members' marks name ${chosen}, which is not declared: declare it, or remove the files marks/${marks.bootstrap}`;
    return finding('a declared first master', String(chosen), operator(reason));
  }
  const want = `${first.member.name} started as first master`;
  const name = containerName(tenant, first.member);
  // A permission is used up by a start; what keeps it from lasting is said of the member.
  if (exitsAtOnce(first.facts))
    return finding(want, 'it exits at once', wait(`rests on redis/${name}`, `redis/${name}`));
  // Permitted by a run that ended since: the fence looks every second.
  if (first.facts.files[permitFile] && !runs(first.facts))
    return finding(want, 'permitted', wait('its fence lets it start within seconds'));
  const held = first.facts.fence?.state === 'held-empty' && !runs(first.facts);
  // Data that are complete anywhere show that there was a master: then the Sentinels find the next one.
  if (!held || there.some(({ facts }) => facts.data === 'complete'))
    return finding(
      want,
      first.facts.fence?.words ?? 'not started',
      wait('it starts once a majority of the Sentinels names it'),
    );
  const { host } = first.member;
  const folder = memberFolder(tenant, first.member);
  return finding(want, 'held', act([{ verb: 'member-permit', host, folder, member: first.member.name }]));
}

/** A member made anew after the first start learns that there was one. */
function unmarked(subject: Subject, tenant: Tenant, there: readonly MemberSight[]): readonly Drift[] {
  return there
    .filter(({ facts }) => facts.marks[marks.bootstrapped] === undefined)
    .map(({ member }) => ({
      subject,
      field: `first start, on ${member.name}`,
      want: 'marked as done',
      have: 'not marked',
      hurts: [],
      remedy: act([mark(tenant, member, marks.bootstrapped, 'yes')]),
    }));
}

function lost(subject: Subject, tenant: Tenant, sight: TenantSight, there: readonly MemberSight[]): readonly Drift[] {
  const empty = there.filter(({ facts }) => facts.data === 'empty' || facts.data === 'partial');
  if (empty.length < tenant.members.length || sight.mastership.state === 'agreed') return [];
  if (there.some(({ facts }) => runs(facts))) return [];
  const folders = `marks of ${there.map(({ facts }) => facts.name).join(', ')}`;
  const reason = `lost data: the tenant had a master, and no member holds its data set now. A person must decide: restore a copy into ${containerName(tenant, there[0]?.member ?? { name: '' })}, or begin anew with nothing by emptying the ${folders}`;
  return [
    { subject, field: 'data', want: 'on some member', have: 'on none', hurts: [tenant.name], remedy: operator(reason) },
  ];
}

function runs(facts: MemberFacts): boolean {
  return facts.processes.some(({ command }) => command === 'redis-server');
}

function mark(tenant: Tenant, member: Member, name: string, value: string): Action {
  return { verb: 'member-mark', host: member.host, folder: memberFolder(tenant, member), mark: name, value };
}

function foundData(tenant: Tenant): string {
  return `there are data, and no mark that says whose: remove them, or write "yes" into marks/${marks.bootstrapped} of a member's folder if they are ${tenant.name}'s`;
}
