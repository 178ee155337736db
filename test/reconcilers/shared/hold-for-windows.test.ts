import { expect } from 'chai';
import type { Fleet, Maintenance, TenantRequest } from '../../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { withSteps } from '../../../reconcilers/contract/plan.ts';
import { act, info, manual, notKnown, type Remedy, settling } from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';
import { holdForWindows, nextWindow } from '../../../reconcilers/shared/hold-for-windows.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';

const plain = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });
const at = (hours: number, timezone = 'Europe/Berlin'): Maintenance => ({
  timezone,
  windows: [{ days: [0, 1, 2, 3, 4, 5, 6], startMinutes: hours * 60, durationMs: 7_200_000 }],
});
const noon = Date.parse('2026-12-01T12:00:00Z');
const night = Date.parse('2026-12-02T01:30:00Z');
const opens = 'Wed 2026-12-02 02:00 Europe/Berlin (2026-12-02 01:00 UTC)';

function fleet(cluster?: Maintenance, t1?: Maintenance, requested?: TenantRequest): Fleet {
  const own = { ...(t1 ? { maintenance: t1 } : {}), ...(requested ? { requested } : {}) };
  return {
    ...plain,
    cluster: { ...plain.cluster, ...(cluster ? { maintenance: cluster } : {}) },
    tenants: plain.tenants.map((one) => (one.name === 't1' ? { ...one, ...own } : one)),
  };
}

const start = (unit: string): Action => ({ operation: 'unit', host: 'redis-1', unit, order: 'start' });
const roll: Action = { operation: 'member-restart', host: 'redis-1', folder: '/x', content: 'x' } as unknown as Action;

function finding(remedy: Remedy, subject: Subject = 'redis/t1', impacts: readonly string[] = []): Finding {
  return findingsAbout(subject, { impacts })('Differs', 'field', { have: 'b', want: 'a' }, remedy);
}

function held(declared: Fleet, found: readonly Finding[], now: number | undefined = noon) {
  const plan = holdForWindows(declared, now)(withSteps(found));
  const remedies = plan.findings.map(({ remedy }) => (remedy.by === 'action' ? 'action' : remedy.message));
  return { remedies, kinds: plan.findings.map(({ remedy }) => remedy.by), steps: plan.steps.map(({ id }) => id) };
}

describe('outside of a maintenance window', () => {
  it('what interrupts the tenant waits, and says for what and until when', () => {
    const { remedies, kinds, steps } = held(fleet(at(2)), [finding(act([start('a')], ['t1']))]);
    expect(kinds).to.deep.equal(['waiting']);
    expect(remedies).to.deep.equal([
      `waits for the maintenance window of tenant t1, which opens ${opens}: redis-1: start a. reconcile apply --ignore-windows does it now`,
    ]);
    expect(steps).to.deep.equal([]);
  });

  it('what interrupts nobody is done, and so is everything within a window, or without windows', () => {
    const interrupts = finding(act([start('a')], ['t1']));
    expect(held(fleet(at(2)), [finding(act([start('a')]))]).kinds).to.deep.equal(['action']);
    expect(held(fleet(at(2)), [interrupts], night).kinds).to.deep.equal(['action']);
    expect(held(fleet(), [interrupts]).kinds).to.deep.equal(['action']);
  });

  it('what repairs the tenant is done', () => {
    const remedy = act([start('a')], ['t1']);
    expect(held(fleet(at(2)), [finding(remedy, 'redis/t1', ['t1'])]).kinds).to.deep.equal(['action']);
    // The same step, of which another finding says what it repairs.
    const both = [finding(remedy), finding(act([start('a')]), 'container/t1-r1', ['t1'])];
    expect(held(fleet(at(2)), both).kinds).to.deep.equal(['action', 'action']);
    // Of another tenant than the one that it interrupts.
    const other = act([start('a')], ['t1', 't2']);
    const { remedies } = held(fleet(at(2)), [finding(other, 'host/redis-1', ['t2'])]);
    expect(remedies[0]).to.match(/^waits for the maintenance window of tenant t1,/);
  });

  it('a step waits even where only another finding says that it interrupts', () => {
    const found = [finding(act([start('a')])), finding(act([start('a')], ['t1']), 'host/redis-1')];
    expect(held(fleet(at(2)), found).kinds).to.deep.equal(['waiting', 'waiting']);
  });

  it("a tenant's own windows count instead of those of the Cluster", () => {
    const found = [finding(act([start('a')], ['t1'])), finding(act([start('b')], ['t2']), 'redis/t2')];
    expect(held(fleet(at(2), at(13)), found, noon).kinds).to.deep.equal(['action', 'waiting']);
    expect(held(fleet(at(2), at(13)), found, night).kinds).to.deep.equal(['waiting', 'action']);
    expect(held(fleet(undefined, at(2)), found).kinds).to.deep.equal(['waiting', 'action']);
  });

  it('what interrupts two tenants waits until both windows are open', () => {
    const found = [finding(act([start('a')], ['t1', 't2']), 'host/redis-1')];
    const both = fleet(at(2), at(3));
    expect(held(both, found).remedies[0]).to.match(/of tenants t1, t2, which opens Wed 2026-12-02 03:00 Europe/);
    expect(held(both, found, night).remedies[0]).to.match(/of tenants t1, t2, which opens Wed 2026-12-02 03:00/);
    expect(held(both, found, Date.parse('2026-12-02T02:30:00Z')).kinds).to.deep.equal(['action']);
  });

  it('windows that are never open together are for somebody to decide', () => {
    const found = [finding(act([start('a')], ['t1', 't2']), 'host/redis-1')];
    for (const now of [noon, night]) {
      const { kinds, remedies } = held(fleet(at(2), at(13)), found, now);
      expect(kinds, String(now)).to.deep.equal(['manual']);
      expect(remedies[0]).to.match(/^the maintenance windows of tenants t1, t2 are never open at the same time/);
    }
  });

  it('what a command asked for is done, and nothing else', () => {
    const found = [finding(act([roll], ['t1'])), finding(act([start('b')], ['t1']), 'host/redis-1')];
    expect(held(fleet(at(2), undefined, { restart: ['x'] }), found).kinds).to.deep.equal(['action', 'waiting']);
    expect(held(fleet(at(2), undefined, { masterAmong: ['r2'] }), found).kinds).to.deep.equal(['waiting', 'waiting']);
  });

  it('what a drain of a host asked for is done, in every run until it ends', () => {
    const drained = (['MasterOnDrainedHost', 'VipOnDrainedHost'] as const).map((reason) => ({
      ...finding(act([start(reason)], ['t1'])),
      reason,
    }));
    expect(held(fleet(at(2)), [...drained, finding(act([start('b')], ['t1']))]).kinds).to.deep.equal([
      'action',
      'action',
      'waiting',
    ]);
  });

  it('what is no action stays as it is', () => {
    const found = [manual('decide'), notKnown('no answer'), settling('soon'), info('a note')].map((one) =>
      finding(one),
    );
    expect(held(fleet(at(2)), found).remedies).to.deep.equal(['decide', 'no answer', 'soon', 'a note']);
  });

  it('without a time, no window is open', () => {
    const plan = holdForWindows(fleet(at(2)), undefined)(withSteps([finding(act([start('a')], ['t1']))]));
    expect(plan.steps).to.deep.equal([]);
  });

  it('the next one to open is known, of all documents', () => {
    expect(nextWindow(fleet(at(2), at(14, 'UTC')), noon)).to.equal(noon + 2 * 3_600_000);
    expect(nextWindow(fleet(), noon)).to.equal(undefined);
  });
});
