import { expect } from 'chai';
import type { Fleet, Pause } from '../../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { withSteps } from '../../../reconcilers/contract/plan.ts';
import {
  act,
  dependsOn,
  info,
  manual,
  notKnown,
  type Remedy,
  settling,
  settlingUnknown,
} from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';
import { holdPaused } from '../../../reconcilers/shared/hold-paused.ts';
import { belongsTo, momentText, pausedDocuments, pausesInForce } from '../../../reconcilers/shared/paused-documents.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });
const until = Date.parse('2026-12-01T04:00:00Z');
const pause: Pause = { until, reason: 'moving racks' };
const words = 'paused until 2026-12-01 04:00 UTC (moving racks)';
const tenant = withPaused('Tenant');
const pair = withPaused('ProxyPair');
const cluster = withPaused('Cluster');

function withPaused(kind: 'Cluster' | 'Tenant' | 'ProxyPair'): Fleet {
  return {
    cluster: kind === 'Cluster' ? { ...fleet.cluster, paused: pause } : fleet.cluster,
    proxyPairs: fleet.proxyPairs.map((one) => (kind === 'ProxyPair' ? { ...one, paused: pause } : one)),
    tenants: fleet.tenants.map((one) => (kind === 'Tenant' && one.name === 't1' ? { ...one, paused: pause } : one)),
  };
}

const start = (name: string, host = 'redis-1'): Action => ({ operation: 'unit', host, unit: name, order: 'start' });

function finding(subject: Subject, remedy: Remedy): Finding {
  return findingsAbout(subject)('Differs', 'field', { have: 'b', want: 'a' }, remedy);
}

/** What becomes of each finding, and the first one, about the pause itself. */
function held(declared: Fleet, found: readonly Finding[], now = until - 1) {
  const plan = holdPaused(declared, now)(withSteps(found));
  const remedies = plan.findings.slice(1).map(({ remedy }) => (remedy.by === 'info' ? remedy.message : remedy.by));
  return { remedies, about: plan.findings[0], steps: plan.steps.map(({ description }) => description) };
}

describe('a paused document', () => {
  const table: readonly (readonly [Subject, tenant: boolean, pair: boolean])[] = [
    ['redis/t1', true, false],
    ['redis/t1-r2', true, false],
    ['sentinel/t1-r2', true, false],
    ['container/t1-r2', true, false],
    ['container/t1-r2@limits', true, false],
    ['container/t1@addressing', true, false],
    ['service/t1@zones', true, false],
    ['redis/t10', false, false],
    ['redis/t2', false, false],
    ['container/t10-r1', false, false],
    ['container/t1-r2@template', false, false],
    ['container/redis-1@template', false, false],
    ['haproxy/proxy-1:t1', true, true],
    ['haproxy/proxy-1:t2', false, true],
    ['haproxy/proxy-1', false, true],
    ['vip/front', false, true],
    ['vip/front@proxy-2', false, true],
    ['vip/frontier', false, false],
    ['maintenance/proxy-1', false, true],
    ['maintenance/redis-1', false, false],
    ['mesh/proxy-1:t1', false, false],
    ['mesh/redis-1', false, false],
    ['host/proxy-1', false, false],
    ['network/vpc', false, false],
  ];
  for (const [subject, ofTenant, ofPair] of table)
    it(`${subject} belongs to${ofTenant ? ' its Tenant' : ''}${ofPair ? ' its ProxyPair' : ''} its Cluster`, () => {
      const owned = [tenant, pair, cluster].map((one) => pausedDocuments(one).map((it) => belongsTo(it, subject)));
      expect(owned).to.deep.equal([[ofTenant], [ofPair], [true]]);
    });

  it('has no step of its own, and others go on', () => {
    const found = [finding('redis/t1', act([start('a')])), finding('redis/t2', act([start('b')]))];
    const { remedies, steps, about } = held(tenant, found);
    expect(remedies).to.deep.equal([`${words}: apply would do this: redis-1: start a`, 'action']);
    expect(steps).to.deep.equal(['redis-1: start b']);
    expect([about?.subject, about?.reason, about?.remedy.by]).to.deep.equal(['redis/t1', 'Paused', 'info']);
    expect(held(cluster, found).steps).to.deep.equal([]);
  });

  it('is not disrupted by steps on hosts, even where only another finding says that they do', () => {
    const disrupts = act([start('a')], ['t1', 't2']);
    const { remedies, steps } = held(tenant, [
      finding('host/redis-1', disrupts),
      finding('host/redis-2', act([start('a')])),
      finding('host/redis-3', act([start('c')], ['t2'])),
    ]);
    expect(remedies.map((one) => one.split(':')[0])).to.deep.equal([
      words.split(':')[0],
      words.split(':')[0],
      'action',
    ]);
    expect(steps).to.deep.equal(['redis-1: start c']);
  });

  it('a pair: its daemons are not touched, nor its hosts rebooted, whatever the subject', () => {
    const { steps } = held(pair, [
      finding('host/proxy-1@services', act([start('ec2-redis-keepalived.service', 'proxy-1')])),
      finding('host/proxy-1', act([{ operation: 'host-reboot', host: 'proxy-1', boot: 'x', kernel: 'y' }])),
      finding('host/proxy-2', act([start('chrony.service', 'proxy-2')])),
      finding('host/redis-1', act([{ operation: 'host-reboot', host: 'redis-1', boot: 'x', kernel: 'y' }])),
    ]);
    expect(steps.map((one) => one.split(':')[0])).to.deep.equal(['proxy-2', 'redis-1']);
  });

  it('is not waited for: neither what depends on it, nor what settles in it', () => {
    const found = [
      finding('container/t1-r2', act([start('a')])),
      finding('redis/t1-r2', dependsOn('container/t1-r2')),
      finding('maintenance/redis-2', dependsOn('redis/t1-r2')),
      finding('redis/t1', settling('a replica is not in sync yet')),
      finding('sentinel/t1-r1', dependsOn('redis/t1')),
      finding('redis/t2', settling('soon')),
      finding('mesh/redis-1', dependsOn('redis/t1')),
    ];
    expect(held(tenant, found).remedies).to.deep.equal([
      `${words}: apply would do this: redis-1: start a`,
      `${words}: depends on container/t1-r2`,
      `${words}: depends on redis/t1-r2`,
      `${words}: a replica is not in sync yet`,
      `${words}: depends on redis/t1`,
      'waiting',
      'waiting',
    ]);
  });

  it('with nothing held is waited for as any other', () =>
    expect(held(tenant, [finding('redis/t1', settling('soon'))]).remedies).to.deep.equal(['waiting']));

  it('shows what is manual or unknown as it is', () => {
    const found = [manual('decide'), notKnown('no answer'), settlingUnknown('it boots'), info('a note')];
    const remedies = found.map((remedy) => finding('redis/t1', remedy));
    const { remedies: after } = held(tenant, [finding('container/t1-r1', act([start('a')])), ...remedies]);
    expect(after.slice(1)).to.deep.equal(['manual', 'unknown', 'waiting', 'a note']);
  });

  it('is as any other from its time on, but for one note', () => {
    const { remedies, about } = held(tenant, [finding('redis/t1', act([start('a')]))], until);
    expect(remedies).to.deep.equal(['action']);
    expect([about?.reason, about?.remedy.by]).to.deep.equal(['PauseOver', 'info']);
  });

  it('of several in force, the one that lasts longest comes first', () => {
    const longer = { ...pause, until: until + 1000 };
    const both = { ...cluster, tenants: fleet.tenants.map((one) => ({ ...one, paused: longer })) };
    expect(pausesInForce(both, until - 1).map(({ name }) => name)).to.deep.equal(['t1', 't2', 'lawful']);
    expect(pausesInForce(both, until).map(({ name }) => name)).to.deep.equal(['t1', 't2']);
  });

  it('has its time in UTC, with seconds where there are any', () => {
    expect(momentText(until)).to.equal('2026-12-01 04:00 UTC');
    expect(momentText(until + 5000)).to.equal('2026-12-01 04:00:05 UTC');
  });
});
