import { expect } from 'chai';
import fc from 'fast-check';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import { reportedFindings, severityOf } from '../../../controller/report/findings.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import { withSteps } from '../../../reconcilers/contract/plan.ts';
import {
  act,
  dependsOn,
  info,
  manual,
  notKnown,
  overBudget,
  type Remedy,
  settling,
} from '../../../reconcilers/contract/remedy.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { start, worldOf } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { found } from '../../support/reports.ts';

const step = act([{ operation: 'unit', host: 'h', unit: 'x', order: 'start' }], ['t']);

describe('findings: how bad it is', () => {
  // | remedy | impacts | severity |
  const table: readonly (readonly [Remedy, readonly string[], string])[] = [
    [step, ['t'], 'critical'],
    [step, [], 'warning'],
    [settling('soon'), ['t'], 'critical'],
    [settling('soon'), [], 'warning'],
    [manual('do'), ['t'], 'critical'],
    [manual('do'), [], 'warning'],
    [notKnown('no answer'), ['t'], 'critical'],
    [notKnown('no answer'), [], 'error'],
    [info('ours'), [], 'info'],
    [info('ours'), ['t'], 'info'],
  ];
  for (const [remedy, impacts, severity] of table)
    it(`${remedy.by}, ${impacts.length ? 'with impact' : 'without impact'}: ${severity}`, () => {
      expect(severityOf({ remedy, impacts })).to.equal(severity);
    });
});

describe('findings: what is to be done', () => {
  const table: readonly (readonly [Remedy, object])[] = [
    [step, { by: 'action', message: 'apply: h: start x (disrupts t)', disrupts: ['t'] }],
    [manual('decide'), { by: 'manual', message: 'decide' }],
    [notKnown('no answer'), { by: 'unknown', message: 'no answer' }],
    [dependsOn('mesh/a'), { by: 'waiting', cause: 'dependency', message: 'depends on mesh/a', dependsOn: 'mesh/a' }],
    [dependsOn('redis/t'), { by: 'waiting', cause: 'dependency', message: 'depends on redis/t', dependsOn: 'redis/t' }],
    // A difference of its own, whose turn comes later, is a cause.
    [
      overBudget('no disruption budget', 'redis/t'),
      { by: 'waiting', cause: 'budget', message: 'no disruption budget', dependsOn: 'redis/t' },
    ],
  ];
  for (const [remedy, reported] of table)
    it(JSON.stringify(reported), () => {
      const { findings } = withSteps([found('redis/t', 'f', remedy)]);
      expect(reportedFindings('c', findings)[0]?.remedy).to.deep.equal(reported);
    });
});

describe('findings: ids', function () {
  this.timeout(120_000);
  const id = (cluster: string, finding: Finding) => reportedFindings(cluster, [finding])[0]?.id;
  const finding = found('redis/acme-r1', 'maxmemory', settling('soon'));

  it('never change', () => {
    expect(id('quickstart', finding)).to.equal('7992b91f0d45');
  });

  it('are made from cluster, subject and field alone', () => {
    const other: Finding = { ...finding, want: 'x', have: 'y', impacts: ['t'], remedy: notKnown('no answer') };
    expect(id('c', other)).to.equal(id('c', finding));
    const ids = [
      id('c', finding),
      id('d', finding),
      id('c', { ...finding, subject: 'redis/acme-r2' }),
      id('c', { ...finding, field: 'save' }),
      // No two names run together.
      id('c', { ...finding, field: '' }),
      id('credis/acme-r1', { ...finding, subject: 'redis/', field: 'maxmemory' }),
    ];
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('differ where a subject has a field twice, and the first keeps its own', () => {
    const ids = reportedFindings('c', [finding, finding, finding]).map((one) => one.id);
    expect(new Set(ids).size).to.equal(3);
    expect(ids[0]).to.equal(id('c', finding));
  });

  it('are unique and the same again in any world', async () => {
    const runs = Number(process.env['FC_RUNS'] ?? 25);
    await fc.assert(
      fc.asyncProperty(start, async (spec) => {
        const { fleet, world } = await worldOf(spec);
        const see = async () =>
          reportedFindings(
            fleet.cluster.name,
            (await observeAndPlan(fleet, reconcilers, simulate(world).reader)).plan.findings,
          );
        const findings = await see();
        expect(new Set(findings.map((one) => one.id)).size).to.equal(findings.length);
        const names = findings.map((one) => JSON.stringify([one.subject, one.field]));
        expect(new Set(names).size, 'a subject has a field twice').to.equal(names.length);
      }),
      { numRuns: runs },
    );
  });
});
