import { expect } from 'chai';
import fc from 'fast-check';
import { look } from '../../controller/pass.ts';
import { findingsOf, severityOf } from '../../controller/report/findings.ts';
import { act, blind, type Drift, notice, operator, type Remedy, wait } from '../../reconcilers/drift.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { found } from '../support/reports.ts';
import { simulate } from '../support/simulated-world.ts';
import { start, worldOf } from '../support/start.ts';

const step = act([{ verb: 'unit', host: 'h', unit: 'x', order: 'start' }], ['t']);

describe('findings: how bad it is', () => {
  // | remedy | hurts | severity |
  const table: readonly (readonly [Remedy, readonly string[], string])[] = [
    [step, ['t'], 'critical'],
    [step, [], 'warning'],
    [wait('soon'), ['t'], 'critical'],
    [wait('soon'), [], 'warning'],
    [operator('do'), ['t'], 'critical'],
    [operator('do'), [], 'warning'],
    [blind('dark'), ['t'], 'critical'],
    [blind('dark'), [], 'error'],
    [notice('ours'), [], 'info'],
    [notice('ours'), ['t'], 'info'],
  ];
  for (const [remedy, hurts, severity] of table)
    it(`${remedy.by}, ${hurts.length ? 'hurting' : 'hurting nobody'}: ${severity}`, () => {
      expect(severityOf({ remedy, hurts })).to.equal(severity);
    });
});

describe('findings: what is to be done', () => {
  const table: readonly (readonly [Remedy, object])[] = [
    [step, { by: 'action', words: 'apply: h: start x (disrupts t)' }],
    [operator('decide'), { by: 'operator', words: 'decide' }],
    [blind('dark'), { by: 'blind', words: 'dark' }],
    [wait('rests on mesh/a', 'mesh/a'), { by: 'waiting', words: 'rests on mesh/a', on: 'mesh/a' }],
    [wait('rests on redis/t'), { by: 'waiting', words: 'rests on redis/t', on: 'redis/t' }],
    // A difference of its own, whose turn comes later, is a cause.
    [wait('tenant t has no disruption left', 'redis/t'), { by: 'waiting', words: 'tenant t has no disruption left' }],
  ];
  for (const [remedy, words] of table)
    it(JSON.stringify(words), () => {
      expect(findingsOf('c', [found('redis/t', 'f', remedy)])[0]?.remedy).to.deep.equal(words);
    });
});

describe('findings: ids', function () {
  this.timeout(120_000);
  const id = (cluster: string, drift: Drift) => findingsOf(cluster, [drift])[0]?.id;
  const drift = found('redis/acme-r1', 'maxmemory', wait('soon'));

  it('are the same ever after', () => {
    expect(id('quickstart', drift)).to.equal('7992b91f0d45');
  });

  it('come of cluster, subject and field, and of nothing else', () => {
    const other: Drift = { ...drift, want: 'x', have: 'y', hurts: ['t'], remedy: blind('dark') };
    expect(id('c', other)).to.equal(id('c', drift));
    const ids = [
      id('c', drift),
      id('d', drift),
      id('c', { ...drift, subject: 'redis/acme-r2' }),
      id('c', { ...drift, field: 'save' }),
      // No two names run together.
      id('c', { ...drift, field: '' }),
      id('credis/acme-r1', { ...drift, subject: 'redis/', field: 'maxmemory' }),
    ];
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('are told apart where a subject has a field twice, and the first keeps its own', () => {
    const ids = findingsOf('c', [drift, drift, drift]).map((one) => one.id);
    expect(new Set(ids).size).to.equal(3);
    expect(ids[0]).to.equal(id('c', drift));
  });

  it('are unique and the same again in any world', async () => {
    const runs = Number(process.env['FC_RUNS'] ?? 25);
    await fc.assert(
      fc.asyncProperty(start, async (spec) => {
        const { fleet, world } = await worldOf(spec);
        const see = async () =>
          findingsOf(fleet.cluster.name, (await look(fleet, reconcilers, simulate(world).senses)).plan.findings);
        const findings = await see();
        expect(new Set(findings.map((one) => one.id)).size).to.equal(findings.length);
        const names = findings.map((one) => JSON.stringify([one.subject, one.field]));
        expect(new Set(names).size, 'a subject has a field twice').to.equal(names.length);
      }),
      { numRuns: runs },
    );
  });
});
