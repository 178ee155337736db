import { expect } from 'chai';
import fc from 'fast-check';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { SentinelFacts } from '../../../reconcilers/facts/sentinel/sentinel.ts';
import { currentMasterOf } from '../../../reconcilers/shared/current-master.ts';
import { redisFacts, sentinelFacts } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
type Vote = readonly [member: number, epoch: number] | undefined;

function sentinels(votes: readonly Vote[]): readonly Observation<SentinelFacts>[] {
  return votes.map((vote, index) => {
    const facts = sentinelFacts(tenant, index);
    const address = tenant.members[vote?.[0] ?? 0]?.address ?? '10.9.9.9';
    if (!vote || !facts.master) return unknown('no answer');
    return present({ ...facts, master: { ...facts.master, address, epoch: vote[1] } });
  });
}

const roles = (...masters: readonly number[]) =>
  tenant.members.map((_, index) =>
    present(redisFacts(tenant, index, { role: masters.includes(index) ? 'master' : 'slave' })),
  );

describe('currentMasterOf', () => {
  const rows: readonly [string, readonly Vote[], readonly number[], string][] = [
    [
      'all agree',
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      [0],
      'agreed r1',
    ],
    ['two of three agree, one does not answer', [[1, 4], [1, 4], undefined], [1], 'agreed r2'],
    ['one of three answers', [[0, 1], undefined, undefined], [0], 'TooFewSentinels'],
    [
      'two of three, one behind',
      [
        [1, 4],
        [1, 4],
        [0, 3],
      ],
      [0, 1],
      'agreed r2',
    ],
    [
      'a majority, but one is ahead',
      [
        [0, 3],
        [0, 3],
        [1, 4],
      ],
      [0, 1],
      'SentinelsDisagree, settling',
    ],
    [
      'same name, different epochs',
      [
        [0, 3],
        [0, 3],
        [0, 4],
      ],
      [0],
      'SentinelsDisagree, settling',
    ],
    [
      'all disagree',
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
      [0, 1, 2],
      'SentinelsDisagree, settling',
    ],
    [
      'named one is a replica',
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      [],
      'MasterIsReplica, settling',
    ],
    [
      'a foreign address',
      [
        [9, 1],
        [9, 1],
        [9, 1],
      ],
      [0],
      'ForeignMasterMonitored',
    ],
  ];
  for (const [name, votes, masters, want] of rows)
    it(`${name}: ${want}`, () => {
      const seen = currentMasterOf(tenant, { redis: roles(...masters), sentinels: sentinels(votes) });
      const found =
        seen.state === 'agreed' ? `agreed ${seen.master.name}` : `${seen.code}${seen.settling ? ', settling' : ''}`;
      expect(found).to.equal(want);
    });

  const vote = fc.option(fc.tuple(fc.nat(2), fc.nat(2)), { nil: undefined });
  const votes = fc.tuple(vote, vote, vote);

  it('agrees only with a strict majority at the newest known epoch', () => {
    fc.assert(
      fc.property(votes, fc.subarray([0, 1, 2]), (given, masters) => {
        const seen = currentMasterOf(tenant, { redis: roles(...masters), sentinels: sentinels(given) });
        if (seen.state !== 'agreed') return;
        const answers = given.filter((one) => one !== undefined);
        expect(answers.filter(([, epoch]) => epoch > seen.epoch)).to.deep.equal([]);
        const agreeing = answers.filter(([at, epoch]) => tenant.members[at] === seen.master && epoch === seen.epoch);
        expect(agreeing.length).to.be.at.least(2);
        expect(masters.map((at) => tenant.members[at])).to.include(seen.master);
      }),
      { numRuns: 1000 },
    );
  });

  it('two views of different subsets of the answers never agree on different masters', () => {
    fc.assert(
      fc.property(votes, fc.subarray([0, 1, 2]), fc.subarray([0, 1, 2]), (given, one, other) => {
        const part = (kept: readonly number[]) => given.map((each, at) => (kept.includes(at) ? each : undefined));
        const view = (kept: readonly number[]) =>
          currentMasterOf(tenant, { redis: roles(0, 1, 2), sentinels: sentinels(part(kept)) });
        const [a, b] = [view(one), view(other)];
        if (a.state === 'agreed' && b.state === 'agreed') expect(a.master).to.equal(b.master);
      }),
      { numRuns: 1000 },
    );
  });
});
