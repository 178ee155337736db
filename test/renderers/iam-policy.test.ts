import { expect } from 'chai';
import { apply } from '../../controller/engine/apply.ts';
import { describeAction } from '../../reconcilers/operations/index.ts';
import { teardownReconcilers } from '../../reconcilers/teardown/index.ts';
import { policyFor } from '../../renderers/iam-policy.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { run } from '../../simulation/scenarios/start.ts';
import { bareWorld } from '../../simulation/scenarios/worlds.ts';
import { simulate } from '../../simulation/simulated-transport.ts';

const created = fleetOf({ ...plainFleet, adopt: 'create', sriov: true });
const adopted = fleetOf(plainFleet);
const actionsOf = (policy: ReturnType<typeof policyFor>) =>
  policy.Statement.flatMap(({ Action }) => Action.map((one) => one.replace('ec2:', '')));

describe('IAM policies', () => {
  it('have statement ids in terms of EC2', () => {
    const sids = (...of: Parameters<typeof policyFor>) => policyFor(...of).Statement.map(({ Sid }) => Sid);
    expect(sids('proxy', created)).to.deep.equal(['DescribeVip', 'MoveVip']);
    expect(sids('operator', adopted)).to.deep.equal(['DescribeAll', 'MoveVip']);
    expect(actionsOf(policyFor('operator', adopted))).to.include('DescribeInstanceTypes');
    expect(sids('operator', created)).to.deep.equal([
      'DescribeAll',
      'MoveVip',
      'CreateVpcTagged',
      'CreateInternetGatewayTagged',
      'CreateSubnetTagged',
      'CreateSecurityGroupTagged',
      'CreateInVpc',
      'ManageVpc',
      'RouteToInternetGateway',
      'CreateHosts',
      'UseLaunchInputs',
      'ManageHosts',
      'TagHosts',
      'TagOnCreate',
      'TagLater',
    ]);
  });

  it('have no statement without actions where the whole VPC network is adopted and hosts are created', () => {
    const { network } = created.cluster;
    const origin = { adopt: { tag: { key: 'Name', value: 'shared' } } };
    const adoptedNetwork = {
      ...network,
      vpc: origin,
      internetGateway: origin,
      subnets: network.subnets.map((subnet) => ({ ...subnet, origin })),
      securityGroup: network.securityGroup && { ...network.securityGroup, origin },
    };
    const fleet = { ...created, cluster: { ...created.cluster, network: adoptedNetwork } };
    const { Statement } = policyFor('operator', fleet);
    expect(Statement.filter(({ Action }) => Action.length === 0)).to.deep.equal([]);
    expect(actionsOf({ Version: '2012-10-17', Statement }))
      .to.include('RunInstances')
      .and.not.include('DeleteVpc');
  });

  it('allow a gateway of ours on an adopted VPC, and an adopted security group on our interfaces, and no other', () => {
    const { network } = created.cluster;
    const vpc = { adopt: { id: 'vpc-1' } };
    const group = { adopt: { tag: { key: 'Name', value: 'shared' } } };
    const securityGroup = network.securityGroup && { ...network.securityGroup, origin: group };
    const fleet = { ...created, cluster: { ...created.cluster, network: { ...network, vpc, securityGroup } } };
    const { Statement } = policyFor('operator', fleet);
    const statement = (sid: string) => Statement.find(({ Sid }) => Sid === sid);
    expect(statement('AttachToVpc')).to.deep.include({
      Action: ['ec2:AttachInternetGateway', 'ec2:DetachInternetGateway'],
      Resource: 'arn:aws:ec2:lab-1:*:vpc/vpc-1',
    });
    expect(statement('UseGroup')).to.deep.include({
      Action: ['ec2:ModifyNetworkInterfaceAttribute'],
      Resource: 'arn:aws:ec2:lab-1:*:security-group/*',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'lab-1', 'aws:ResourceTag/Name': 'shared' } },
    });
  });

  it('allow the operator every call of a creation from an empty account, SR-IOV included', async () => {
    const simulation = simulate(bareWorld(created));
    const { events } = await run(created, simulation);
    const calls = events.flatMap((event) =>
      event.type === 'step-done' && event.step.action.operation === 'ec2-call' ? [event.step.action] : [],
    );
    const allowed = new Set(actionsOf(policyFor('operator', created)));
    for (const action of calls) expect([...allowed], describeAction(action)).to.include(action.call.action);
  });

  it('allow the operator every call of a delete, from the tag on the host to the VPC', async () => {
    const { world } = simulate(bareWorld(created));
    await run(created, simulate(world));
    const simulation = simulate(world);
    const outcome = await apply(created, teardownReconcilers({ now: world.now, atOnce: true }), simulation, {
      timeoutMs: 600_000,
      signal: new AbortController().signal,
      listen: () => {},
    });
    expect(outcome.result).to.equal('done');
    const { Statement } = policyFor('operator', created);
    const allowed = Statement.flatMap(({ Action }) => Action);
    for (const step of simulation.steps) if ('action' in step) expect(allowed).to.include(`ec2:${step.action}`);
    // All other tags are set by the request that creates the resource; these are set on an existing host.
    const tagHosts = Statement.filter(
      ({ Action, Resource }) => Action.includes('ec2:CreateTags') && String(Resource).endsWith('instance/*'),
    );
    expect(tagHosts[0]?.Condition).to.deep.equal({
      StringEquals: { 'aws:RequestedRegion': 'lab-1', 'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['ec2-redis-operator/driver', 'ec2-redis-operator/retired'] },
    });
  });

  it('allow no change but the move of the VIP where everything is adopted', () => {
    const all = actionsOf(policyFor('operator', adopted));
    expect(all.filter((one) => !one.startsWith('Describe'))).to.deep.equal(['AssignPrivateIpAddresses']);
  });

  it('allow a proxy to find the VIP and to move it, only to interfaces with the tag where those are created', () => {
    const [describeVip, moveVip] = policyFor('proxy', created).Statement;
    expect(describeVip?.Action).to.deep.equal(['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces']);
    expect(moveVip?.Action).to.deep.equal(['ec2:AssignPrivateIpAddresses']);
    expect(moveVip?.Condition?.['StringEquals']).to.deep.equal({
      'aws:RequestedRegion': 'lab-1',
      'aws:ResourceTag/ec2-redis-operator/cluster': 'lawful',
    });
    expect(policyFor('proxy', adopted).Statement[1]?.Condition?.['StringEquals']).to.deep.equal({
      'aws:RequestedRegion': 'lab-1',
    });
  });

  it('allow the operator to read the console output of created hosts where host keys come from it', () => {
    const { cluster } = created;
    const consoleStatements = (fleet: typeof created, hostKeys: typeof cluster.ssh.hostKeys) => {
      const ssh = { ...fleet.cluster.ssh, hostKeys };
      const { Statement } = policyFor('operator', { ...fleet, cluster: { ...fleet.cluster, ssh } });
      return Statement.filter(({ Action }) => Action.includes('ec2:GetConsoleOutput'));
    };
    expect(consoleStatements(created, 'console')).to.deep.equal([
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
    expect(
      (['strict', 'accept-new'] as const)
        .map((keys) => consoleStatements(created, keys))
        .concat([consoleStatements(adopted, 'console')])
        .flat(),
    ).to.eql([]);
  });

  it('change and delete only what has the tag of the Cluster', () => {
    const { Statement } = policyFor('operator', created);
    const dangerous = Statement.filter(({ Action }) =>
      Action.some((one) => /:(Delete|Terminate|Stop|Modify|Revoke)/.test(one)),
    );
    expect(dangerous.length).to.be.greaterThan(1);
    for (const { Sid, Condition } of dangerous)
      expect(Condition?.['StringEquals'], Sid).to.have.property('aws:ResourceTag/ec2-redis-operator/cluster', 'lawful');
  });
});
