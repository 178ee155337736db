import { expect } from 'chai';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { run } from '../../../simulation/scenarios/start.ts';
import { bareWorld } from '../../../simulation/scenarios/worlds.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { checkCase, createdFleet, type Ec2Case, first } from '../../support/ec2-findings.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create', spread: true });
const subject = 'instance/lawful@placement-group' as const;

const cases: readonly Ec2Case[] = [
  { name: 'is in order', expected: () => [] },
  {
    name: 'is created where it is missing',
    change: (ec2) => {
      ec2.placementGroups = [];
    },
    expected: () => [
      {
        subject,
        field: 'placement group lawful-redis',
        have: 'absent',
        reason: 'Missing',
        by: 'action',
        calls: [['CreatePlacementGroup', { GroupName: 'lawful-redis', Strategy: 'spread' }]],
      },
    ],
  },
  {
    name: 'of somebody else is not used',
    change: (ec2) => Object.assign(first(ec2.placementGroups), { tags: {} }),
    expected: (ec2) => [
      {
        subject,
        field: 'placement group lawful-redis',
        have: `${first(ec2.placementGroups).id} spread`,
        reason: 'ForeignOwner',
        by: 'manual',
        message: /delete-placement-group/,
      },
    ],
  },
  {
    name: 'declared later, it is created, and the hosts are shown',
    start: createdFleet,
    expected: () => [
      ...['redis-1', 'redis-2', 'redis-3'].map(
        (host) =>
          ({
            subject: `instance/${host}`,
            field: 'placement group',
            have: 'none',
            reason: 'PlacementGroupDiffers',
            by: 'info',
            message: /modify-instance-placement/,
          }) as const,
      ),
      {
        subject,
        field: 'placement group lawful-redis',
        have: 'absent',
        reason: 'Missing',
        by: 'action',
        calls: [['CreatePlacementGroup', { GroupName: 'lawful-redis' }]],
      },
    ],
  },
];

describe('the placement group', () => {
  for (const one of cases)
    it(one.name, async () => {
      const expected: Ec2Case['expected'] = (ec2) =>
        [...one.expected(ec2)].sort((a, b) => Number(b.subject === subject) - Number(a.subject === subject));
      await checkCase({ start: fleet, fleet, ...one, expected });
    });

  it('has the Redis hosts from their launch, and no other', async () => {
    const simulation = simulate(bareWorld(fleet));
    const { outcome } = await run(fleet, simulation);
    expect(outcome.result).to.equal('done');
    const { instances } = simulation.world.ec2;
    const inGroup = instances.filter(({ placementGroup }) => placementGroup === 'lawful-redis');
    expect(inGroup.map(({ tags }) => tags['Name']).sort()).to.deep.equal(['redis-1', 'redis-2', 'redis-3']);
  });
});
