import { expect } from 'chai';
import { apply } from '../../controller/apply.ts';
import { wordsFor } from '../../controller/perform.ts';
import { policyFor } from '../../controller/report/iam.ts';
import { dismantlers } from '../../reconcilers/dismantle/index.ts';
import { fleetOf, plainFleet } from '../support/fleets.ts';
import { simulate } from '../support/simulated-world.ts';
import { run } from '../support/start.ts';
import { bareWorld } from '../support/worlds.ts';

const created = fleetOf({ ...plainFleet, adopt: 'create', sriov: true });
const adopted = fleetOf(plainFleet);
const actionsOf = (policy: ReturnType<typeof policyFor>) =>
  policy.Statement.flatMap(({ Action }) => Action.map((one) => one.replace('ec2:', '')));

describe('IAM policies', () => {
  it('allow the operator every call that a creation from nothing makes, SR-IOV included', async () => {
    const simulation = simulate(bareWorld(created));
    const { events } = await run(created, simulation);
    const calls = events.flatMap((event) =>
      event.type === 'step-done' && event.step.action.verb === 'ec2-call' ? [event.step.action] : [],
    );
    const allowed = new Set(actionsOf(policyFor('operator', created)));
    for (const action of calls) expect([...allowed], wordsFor(action)).to.include(action.call.action);
  });

  it('allow the operator every call of a delete, from the mark to the VPC', async () => {
    const { world } = simulate(bareWorld(created));
    await run(created, simulate(world));
    const simulation = simulate(world);
    const outcome = await apply(created, dismantlers({ now: world.now, atOnce: true }), simulation, {
      timeoutMs: 600_000,
      signal: new AbortController().signal,
      listen: () => {},
    });
    expect(outcome.result).to.equal('done');
    const { Statement } = policyFor('operator', created);
    const allowed = Statement.flatMap(({ Action }) => Action);
    for (const step of simulation.steps) if ('action' in step) expect(allowed).to.include(`ec2:${step.action}`);
    // Tags are otherwise given with what is made alone: these marks are given to a host that is there.
    const marking = Statement.filter(
      ({ Action, Resource }) => Action.includes('ec2:CreateTags') && String(Resource).endsWith('instance/*'),
    );
    expect(marking[0]?.Condition).to.deep.equal({
      StringEquals: { 'aws:RequestedRegion': 'lab-1', 'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['ec2-redis-operator/driver', 'ec2-redis-operator/retired'] },
    });
  });

  it('allow nothing that changes but the move of the address where everything is adopted', () => {
    const all = actionsOf(policyFor('operator', adopted));
    expect(all.filter((one) => !one.startsWith('Describe'))).to.deep.equal(['AssignPrivateIpAddresses']);
  });

  it('allow a proxy to find its address and to move it, to interfaces of ours alone where they are', () => {
    const [find, move] = policyFor('proxy', created).Statement;
    expect(find?.Action).to.deep.equal(['ec2:DescribeNetworkInterfaces']);
    expect(move?.Action).to.deep.equal(['ec2:AssignPrivateIpAddresses']);
    expect(move?.Condition?.['StringEquals']).to.deep.equal({
      'aws:RequestedRegion': 'lab-1',
      'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful',
    });
    expect(policyFor('proxy', adopted).Statement[1]?.Condition?.['StringEquals']).to.deep.equal({
      'aws:RequestedRegion': 'lab-1',
    });
  });

  it('allow the operator to read consoles where the keys of hosts that it makes come from there, of those alone', () => {
    const { cluster } = created;
    const reading = (fleet: typeof created, hostKeys: typeof cluster.ssh.hostKeys) => {
      const ssh = { ...fleet.cluster.ssh, hostKeys };
      const { Statement } = policyFor('operator', { ...fleet, cluster: { ...fleet.cluster, ssh } });
      return Statement.filter(({ Action }) => Action.includes('ec2:GetConsoleOutput'));
    };
    expect(reading(created, 'console')).to.deep.equal([
      {
        Sid: 'ReadHostKeys',
        Effect: 'Allow',
        Action: ['ec2:GetConsoleOutput'],
        Resource: 'arn:aws:ec2:lab-1:*:instance/*',
        Condition: {
          StringEquals: {
            'aws:RequestedRegion': 'lab-1',
            'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful',
          },
        },
      },
    ]);
    expect([reading(created, 'strict'), reading(created, 'accept-new'), reading(adopted, 'console')].flat()).to.eql([]);
  });

  it('change and delete only what carries the tag of the Cluster', () => {
    const { Statement } = policyFor('operator', created);
    const dangerous = Statement.filter(({ Action }) =>
      Action.some((one) => /:(Delete|Terminate|Stop|Modify|Revoke)/.test(one)),
    );
    expect(dangerous.length).to.be.greaterThan(1);
    for (const { Sid, Condition } of dangerous)
      expect(Condition?.['StringEquals'], Sid).to.have.property('aws:ResourceTag/ec2-redis-operator/cluster', 'lawful');
  });
});
