import type { Member, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Action } from '../operations/actions.ts';
import { containerName, memberFolder } from '../shared/names.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import { isDataLost } from './data-loss.ts';
import { initialMaster } from './initial-master.ts';
import { dataFound, dataLost, markersConflict } from './messages.ts';
import { bootstrapField, type ObservedMember, permitFinding } from './permit.ts';

interface Bootstrap {
  readonly tenant: Tenant;
  readonly state: TenantState;
  readonly members: readonly ObservedMember[];
  readonly finding: FindingBuilder;
}

/**
 * The initial master of a tenant is chosen once. If all members are observed and empty, and there is no marker, the choice is marked on every
 * host. Once it is marked on all of them, the chosen member, and no other, is permitted to start once. Once the Sentinels agree
 * on a master, every host is marked as bootstrapped. After that nothing is ever decided here again: if all members are empty then, the
 * data is lost.
 */
export function bootstrapFindings(subject: Subject, tenant: Tenant, state: TenantState): readonly Finding[] {
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  const members = tenant.members.flatMap((member, index): readonly ObservedMember[] => {
    const seen = state.members[index];
    return seen?.state === 'present' ? [{ member, facts: seen.value }] : [];
  });
  const bootstrap: Bootstrap = { tenant, state, members, finding };
  if (state.bootstrap.state === 'done') return [...dataLossFindings(bootstrap), ...unmarkedFindings(bootstrap)];
  const missing = tenant.members.find((_, index) => state.members[index]?.state !== 'present');
  if (missing) return [incomplete(bootstrap, missing)];
  if (state.currentMaster.state === 'agreed') {
    const actions = members.map(({ member }) => mark(tenant, member, markers.bootstrapped, 'yes'));
    return [
      finding(
        'BootstrapMarkerMissing',
        bootstrapField,
        { have: 'not marked as done', want: 'marked as done' },
        act(actions),
      ),
    ];
  }
  return [choice(bootstrap)];
}

/** Not all members are observed: nothing can be decided. */
function incomplete({ tenant, state, members, finding }: Bootstrap, missing: Member): Finding {
  const values = { have: `${members.length} of ${tenant.members.length} members`, want: 'all members' };
  const unobserved = state.members.find((seen) => seen.state === 'unknown');
  if (unobserved) return finding('NotObserved', bootstrapField, values, notObserved(unobserved));
  const remedy = dependsOn(`container/${containerName(tenant, missing)}`);
  return finding('BootstrapMembersMissing', bootstrapField, values, remedy);
}

function choice({ tenant, state, members, finding }: Bootstrap): Finding {
  const { bootstrap } = state;
  if (bootstrap.state === 'conflict') {
    const values = { have: bootstrap.values.join(', '), want: 'one initial master' };
    return finding('BootstrapMarkersConflict', bootstrapField, values, manual(markersConflict(bootstrap.values)));
  }
  const facts = members.map((one) => one.facts);
  const chosen = bootstrap.state === 'chosen' ? bootstrap.member : initialMaster(tenant, facts);
  const unmarked = members.filter((one) => one.facts.marks[markers.bootstrap] === undefined);
  if (chosen === undefined || !unmarked.length) return permitFinding(tenant, members, chosen, finding);
  const values = {
    have: `${chosen} marked on ${members.length - unmarked.length}`,
    want: `${chosen} marked on ${members.length}`,
  };
  const stopped = unmarked.find((one) => one.facts.data === undefined);
  if (stopped) {
    const remedy = dependsOn(`container/${containerName(tenant, stopped.member)}`);
    return finding('BootstrapMarkerMissing', bootstrapField, values, remedy);
  }
  const filled = unmarked.flatMap((one) => (one.facts.data === 'empty' ? [] : [one.member.name]));
  if (filled.length) {
    const found = { have: `data on ${filled.join(', ')}`, want: 'empty members' };
    return finding('BootstrapDataFound', bootstrapField, found, manual(dataFound(tenant, filled)));
  }
  const actions = unmarked.map(({ member }) => mark(tenant, member, markers.bootstrap, chosen));
  return finding('BootstrapMarkerMissing', bootstrapField, values, act(actions));
}

/** A member that is recreated after the bootstrap is marked again. */
function unmarkedFindings({ tenant, members, finding }: Bootstrap): readonly Finding[] {
  return members
    .filter(({ facts }) => facts.marks[markers.bootstrapped] === undefined)
    .map(({ member }) => {
      const remedy = act([mark(tenant, member, markers.bootstrapped, 'yes')]);
      const values = { have: 'absent', want: 'present' };
      return finding('BootstrapMarkerMissing', `bootstrap marker on ${member.name}`, values, remedy, []);
    });
}

function dataLossFindings({ tenant, state, members, finding }: Bootstrap): readonly Finding[] {
  if (!isDataLost(tenant, state)) return [];
  const remedy = manual(dataLost(members.map(({ facts }) => facts.name)));
  return [finding('DataLost', 'data', { have: 'lost', want: 'complete on some member' }, remedy)];
}

function mark(tenant: Tenant, member: Member, name: string, value: string): Action {
  return { operation: 'member-mark', host: member.host, folder: memberFolder(tenant, member), mark: name, value };
}
