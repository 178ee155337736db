import { expect } from 'chai';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { planOf, withSteps } from '../../../reconcilers/contract/plan.ts';
import { newPruning, type PruneOptions } from '../../../reconcilers/contract/prune.ts';
import {
  act,
  dependsOn,
  info,
  manual,
  notKnown,
  type Prune,
  type Remedy,
  settling,
  settlingUnknown,
} from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';
import { fleetOf, type TenantSpec } from '../../../simulation/scenarios/fleets.ts';

const tenant: TenantSpec = {
  members: 3,
  appendonly: true,
  minReplicas: 1,
  profile: 'fast',
  memory: '128Mi',
  config: {},
};
const base = { redisHosts: 3, datapath: 'netdev', runtime: 'lxc', adopt: 'tag', mtu: 9001 } as const;
const some = fleetOf({ ...base, tenants: [tenant] });
const none = fleetOf({ ...base, tenants: [] });

const owner = { cluster: 'lawful', tenant: 'old', member: 'r1' };
const retire: Action = { operation: 'member-retire', host: 'h', name: 'old-r1', owner, was: undefined };
const destroy: Action = { operation: 'member-destroy', host: 'h', name: 'old-r1', owner, keepSeconds: 1 };

function finding(subject: Subject, remedy: Remedy): Finding {
  return findingsAbout(subject)('Unmanaged', 'field', { have: 'b', want: 'a' }, remedy);
}

function left(of: string, action = retire): Finding {
  return finding('container/old-r1', info('left', { of: `tenant ${of}`, actions: [action] }));
}

const allowed: PruneOptions = { maxDeletes: 1, allowEmpty: false };

/** What becomes of each finding. */
function pruned(found: readonly Finding[], options = allowed, fleet = some, unknown?: Subject) {
  const { findings } = newPruning(options, fleet)(unknown)(withSteps(found));
  return findings.map(({ remedy }) => {
    const { steps: _, ...rest } = { steps: undefined, ...remedy };
    return rest;
  });
}

describe('prune policy', () => {
  const removes = { by: 'action', actions: [retire], disrupts: [], removes: 'tenant old' };

  it('turns info with a removal into actions, and leaves other info alone', () =>
    expect(pruned([left('old'), finding('mesh/a', info('theirs'))])).to.deep.equal([removes, info('theirs')]));

  it('counts Tenants, not their parts', () =>
    expect(pruned([left('old'), left('old'), left('old')])).to.deep.equal([removes, removes, removes]));

  it('does not count what is left over without its Tenant', () => {
    const stray = finding('mesh/proxy-1', info('left', { of: 'port tn205', actions: [retire] }));
    const other = finding('mesh/proxy-2', info('left', { of: 'port tn206', actions: [retire] }));
    expect(pruned([stray, other, left('old')]).map(({ by }) => by)).to.deep.equal(['action', 'action', 'action']);
    const [refused] = pruned([stray, left('old'), left('new')]);
    expect(refused).to.deep.include({ by: 'manual' });
    expect(JSON.stringify(refused)).to.contain('2 to remove: tenant new, tenant old').and.contain('--max-deletes 2');
  });

  it('removes all or nothing', () => {
    const words =
      '2 to remove: tenant new, tenant old; --max-deletes is 1: pass --max-deletes 2, or restore their documents';
    expect(pruned([left('old'), left('new')])).to.deep.equal([manual(words), manual(words)]);
    const two = pruned([left('old'), left('new')], { ...allowed, maxDeletes: 2 });
    expect(two.map(({ by }) => by)).to.deep.equal(['action', 'action']);
  });

  it('needs --allow-empty when no Tenants are declared', () => {
    expect(JSON.stringify(pruned([left('old')], allowed, none))).to.contain('Cluster lawful declares no Tenants');
    expect(pruned([left('old')], { ...allowed, allowEmpty: true }, none)).to.deep.equal([removes]);
  });

  it('waits for what is unknown, gated or not', () => {
    const unknown = finding('mesh/a', notKnown('no answer'));
    const waits = dependsOn('mesh/a', 'nothing is removed while its state is unknown');
    expect(pruned([left('old'), unknown])).to.deep.equal([waits, notKnown('no answer')]);
    expect(pruned([left('old')], allowed, some, 'mesh/a')).to.deep.equal([waits]);
    expect(pruned([left('old'), finding('mesh/a', manual('do'))])[0]).to.deep.equal(removes);
  });

  it('waits for what the thing depends on, as every action does', () => {
    const item = (subject: Subject, ...needs: readonly Subject[]) => {
      return { subject, dependsOn: needs, requests: [], diff: () => [] };
    };
    const items = [item('host/h'), item('container/old-r1', 'host/h')];
    const found = [[finding('host/h', manual('its disk is read-only'))], [left('old')]];
    const { findings, steps } = planOf(items, found, [newPruning(allowed, some)(undefined)]);
    expect(findings[1]?.remedy).to.deep.equal(dependsOn('host/h'));
    expect(steps).to.deep.equal([]);
  });

  it('takes for unknown what needs manual action to be observed, and what will be known later', () => {
    const hung = finding('host/h', { by: 'manual', message: 'it hangs', unknown: true });
    for (const unknown of [hung, finding('host/h', settlingUnknown('it boots'))])
      expect(pruned([left('old'), unknown])[0]?.by).to.equal('waiting');
    expect(pruned([left('old'), finding('host/h', settling('it is known, and waits'))])[0]?.by).to.equal('action');
  });

  it('leaves a refused removal to manual action', () => {
    const prune: Prune = { of: 'tenant old', refused: 'look at it' };
    expect(pruned([finding('container/old-r1', info('left', prune))])).to.deep.equal([manual('look at it')]);
  });

  it('does not destroy what the same run retired', () => {
    const pruning = newPruning(allowed, some);
    const look = (found: Finding) => pruning(undefined)(withSteps([found])).findings[0]?.remedy.by;
    expect(['retire', look(left('old')), look(left('old', destroy))]).to.deep.equal(['retire', 'action', 'info']);
    expect(pruned([left('old', destroy)])[0]?.by).to.equal('action');
  });

  it('says what each step removes', () => {
    const plan = newPruning(allowed, some)(undefined)(withSteps([left('old'), finding('mesh/a', act([destroy]))]));
    expect(plan.steps.map(({ removes: what }) => what)).to.deep.equal(['tenant old', undefined]);
  });
});
