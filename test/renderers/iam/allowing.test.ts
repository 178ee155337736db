import { expect } from 'chai';
import { statementsAllowing } from '../../../renderers/iam/allowing.ts';
import { policiesFor } from '../../../renderers/iam/policy.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create', sriov: true });
const on = (resource: string) => `arn:aws:ec2:${fleet.cluster.aws.region}:123456789012:${resource}`;

describe('statements of the IAM policy that allow an action', () => {
  it('are those that cover the resource, if EC2 names one', () => {
    const whole = statementsAllowing(fleet, 'ec2:RunInstances', undefined);
    const exact = statementsAllowing(fleet, 'ec2:RunInstances', on('volume/vol-1'));
    expect(exact).to.include('CreateTagged').and.not.include('UseLaunchInputs');
    expect(whole).to.include.members([...exact]);
    expect(statementsAllowing(fleet, 'ec2:RunInstances', 'arn:aws:other')).to.deep.equal(whole);
  });

  it('are found for each action of the policy, and for no other', () => {
    for (const action of policiesFor('operator', fleet).flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }) => Action),
    ))
      expect(statementsAllowing(fleet, action, undefined), action).to.not.have.length(0);
    expect(statementsAllowing(fleet, 'ec2:DeleteVolume', undefined)).to.deep.equal([]);
  });
});
