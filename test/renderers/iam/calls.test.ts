import { expect } from 'chai';
import { apply } from '../../../controller/engine/apply.ts';
import type { FactReader } from '../../../controller/transport/io.ts';
import type { Fleet, Origin } from '../../../crds/fleet.ts';
import type { BoundReconciler } from '../../../reconcilers/contract/reconciler.ts';
import type { Ec2Describe } from '../../../reconcilers/facts/fact.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import type { Ec2Action } from '../../../reconcilers/operations/operation.ts';
import { teardownReconcilers } from '../../../reconcilers/teardown/index.ts';
import { type PermittedAction, statementsWith } from '../../../renderers/iam/permissions.ts';
import { policiesFor } from '../../../renderers/iam/policy.ts';
import { type FleetSpec, fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { bareWorld } from '../../../simulation/scenarios/worlds.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';
import { authorizationsOf } from '../../support/ec2-authorizations.ts';
import { type Authorization, allowedBy } from '../../support/iam.ts';

const createdBy = (egress: NonNullable<FleetSpec['egress']>) =>
  fleetOf({ ...plainFleet, adopt: 'create', sriov: true, tenants: [], egress });
const created = createdBy('publicAddresses');

/** The compiler reports an action of the closed lists that the table of permissions does not have. */
const listed: (action: Ec2Action | Ec2Describe) => PermittedAction = (action) => action;

const kinds = ['gateway', 'subnets', 'group'] as const;
type Adopted = Readonly<Record<(typeof kinds)[number], boolean>>;

/** Created hosts in an adopted VPC, with these other parts of it adopted, by tag or by id. */
function mixOf(
  of: Fleet,
  adopted: Adopted,
  origin: (id: string | undefined, name?: string) => Origin,
  { ec2 }: World,
): Fleet {
  const { network, hosts } = of.cluster;
  const either = (kind: keyof Adopted, id: string | undefined, name?: string): Origin =>
    adopted[kind] ? origin(id, name) : { create: true };
  const withProfile = hosts.map((host) =>
    'create' in host.origin
      ? {
          ...host,
          origin: { create: { ...host.origin.create, instanceProfile: 'redis', instanceProfileRole: 'redis' } },
        }
      : host,
  );
  const subnetId = (cidr: string) => ec2.subnets.find((one) => one.cidr === cidr)?.id;
  return {
    ...of,
    cluster: {
      ...of.cluster,
      hosts: withProfile,
      network: {
        ...network,
        vpc: origin(ec2.vpcs[0]?.id),
        internetGateway: either('gateway', ec2.gateways[0]?.id),
        subnets: network.subnets.map((one) => ({ ...one, origin: either('subnets', subnetId(one.cidr), one.cidr) })),
        securityGroup: network.securityGroup && {
          ...network.securityGroup,
          origin: either('group', ec2.groups[0]?.id),
        },
      },
    },
  };
}

/** An account with the adopted parts of a mix, and nothing else. */
function worldFor(adopted: Adopted, fleet: Fleet, { ec2 }: World): World {
  const world = bareWorld(fleet);
  const foreign = <T extends object>(parts: readonly T[]) => parts.map((one) => ({ ...one, tags: { Name: 'shared' } }));
  world.ec2.vpcs = foreign(ec2.vpcs);
  world.ec2.routeTables = foreign(ec2.routeTables);
  if (adopted.gateway) world.ec2.gateways = foreign(ec2.gateways);
  if (adopted.subnets) world.ec2.subnets = ec2.subnets.map((one) => ({ ...one, tags: { Name: one.cidr } }));
  if (adopted.group) world.ec2.groups = foreign(ec2.groups);
  // Private DNS of an endpoint needs them.
  world.ec2.dnsHostnames = world.ec2.vpcs.map(({ id }) => id);
  world.ec2.next = ec2.next;
  return world;
}

/** Runs to the end, and yields what IAM was asked and every describe call. */
async function callsOf(fleet: Fleet, world: World, all: readonly BoundReconciler[]) {
  const asked: Authorization[] = [];
  const simulation = simulate(world, {
    onStep: (when) => {
      const step = simulation.steps.at(-1);
      if (when === 'before' && step && 'action' in step) asked.push(...authorizationsOf(fleet, world, step));
    },
  });
  const readEc2: FactReader['readEc2'] = async (query) => {
    const context = { 'aws:RequestedRegion': fleet.cluster.aws.region };
    asked.push({ action: `ec2:${query.action}`, arn: '*', context });
    return simulation.reader.readEc2(query);
  };
  const signal = new AbortController().signal;
  const io = { ...simulation, reader: { ...simulation.reader, readEc2 } };
  await apply(fleet, all, io, { timeoutMs: 600_000, signal, listen: () => {} });
  return asked;
}

/** Of a creation, and then of a delete. */
async function denied(fleet: Fleet, world: World): Promise<{ readonly denied: object[]; readonly actions: string[] }> {
  const policies = policiesFor('operator', fleet);
  const creation = await callsOf(fleet, world, reconcilers);
  const deletion = await callsOf(fleet, world, teardownReconcilers({ now: world.now, atOnce: true }));
  const asked = [...creation, ...deletion];
  return {
    denied: asked.filter((one) => !allowedBy(policies, one)),
    actions: [...new Set(asked.map(({ action }) => action))],
  };
}

describe('the calls of the operator', () => {
  it('are all in the table of permissions', () => {
    expect(statementsWith(listed('RunInstances'))).to.include('UseLaunchInputs');
    expect(statementsWith('DescribeNothing')).to.deep.equal([]);
  });

  const waysOut = {
    publicAddresses: ['AllocateAddress', 'AssociateAddress', 'ReleaseAddress'],
    natGateways: ['CreateNatGateway', 'AssociateRouteTable', 'DeleteNatGateway', 'DeleteRouteTable', 'ReleaseAddress'],
    endpoints: ['ModifyVpcAttribute', 'CreateVpcEndpoint', 'DeleteVpcEndpoints'],
  };
  for (const egress of ['publicAddresses', 'natGateways', 'endpoints'] as const)
    it(`are allowed from an empty account to an empty account, with ${egress}`, async () => {
      const fleet = createdBy(egress);
      const { denied: refused, actions } = await denied(fleet, bareWorld(fleet));
      expect(refused).to.deep.equal([]);
      const made = ['CreateVpc', 'RunInstances', 'TerminateInstances', 'DeleteVpc', ...waysOut[egress]];
      expect(actions).to.include.members(made.map((one) => `ec2:${one}`));
    });

  it('are allowed with an overlay address', async () => {
    const overlaid = fleetOf({ ...plainFleet, adopt: 'create', overlay: true, tenants: [] });
    const { denied: refused, actions } = await denied(overlaid, bareWorld(overlaid));
    expect(refused).to.deep.equal([]);
    expect(actions).to.include.members(['ec2:ModifyNetworkInterfaceAttribute', 'ec2:DeleteRoute']);
  });

  it('are allowed with a placement group, and data volumes, which are marked, attached and deleted', async () => {
    const fleet = fleetOf({ ...plainFleet, adopt: 'create', tenants: [], dataVolume: true, spread: true });
    const { denied: refused, actions } = await denied(fleet, bareWorld(fleet));
    expect(refused).to.deep.equal([]);
    expect(actions).to.include.members(
      ['CreatePlacementGroup', 'CreateVolume', 'AttachVolume', 'DeleteVolume', 'DeletePlacementGroup'].map(
        (one) => `ec2:${one}`,
      ),
    );
  });

  // Each part is created once and adopted once, beside each kind of the others.
  const mixes: readonly Adopted[] = [
    { gateway: false, subnets: false, group: false },
    { gateway: true, subnets: true, group: false },
    { gateway: true, subnets: false, group: true },
    { gateway: false, subnets: true, group: true },
    { gateway: true, subnets: true, group: true },
  ];
  const byTag = (_: string | undefined, value = 'shared'): Origin => ({ adopt: { tag: { key: 'Name', value } } });
  const byId = (id: string | undefined): Origin => (id === undefined ? byTag(id) : { adopt: { id } });
  for (const [index, mix] of mixes.entries()) {
    const adopted = ['vpc', ...kinds.filter((kind) => mix[kind])].join(', ');
    it(`are allowed where these are adopted by ${index % 2 ? 'id' : 'tag'}: ${adopted}`, async () => {
      // The route table of an adopted subnet is not changed.
      const of = createdBy(mix.subnets ? 'endpoints' : 'natGateways');
      const source = await convergedWorld(of);
      const fleet = mixOf(of, mix, index % 2 ? byId : byTag, source);
      const { denied: refused, actions } = await denied(fleet, worldFor(mix, fleet, source));
      expect(refused).to.deep.equal([]);
      expect(actions).to.include.members(['ec2:RunInstances', 'iam:PassRole']);
      for (const { Sid, Action, Resource } of policiesFor('operator', fleet).flatMap(({ Statement }) => Statement)) {
        expect(Action, Sid).to.not.have.length(0);
        expect(Resource, Sid).to.not.have.length(0);
      }
    });
  }

  it('are refused on what belongs to another Cluster', () => {
    const stop = { 'aws:RequestedRegion': 'lab-1', 'aws:ResourceTag/ec2-redis-operator/cluster': 'other' };
    const arn = 'arn:aws:ec2:lab-1:123456789012:instance/i-1';
    const policies = policiesFor('operator', created);
    expect(allowedBy(policies, { action: 'ec2:StopInstances', arn, context: stop })).to.equal(false);
  });
});
