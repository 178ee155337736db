import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { createNatGateway } from '../../../lab/ec2/nat-gateways.ts';
import { withoutPublicAddress } from '../../../lab/ec2/public-addresses.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import type { Ec2State, Route } from '../../../lab/ec2/state.ts';
import { createVpcEndpoint } from '../../../lab/ec2/vpc-endpoints.ts';
import { GATEWAY, SECURITY_GROUP, SUBNETS, VPC } from '../../../lab/topology.ts';
import { internetRuleset } from '../../../lab/vpc/internet.ts';
import { vpcRuleset } from '../../../lab/vpc/nft.ts';
import { wiresOf } from '../../../lab/vpc/wires.ts';
import { hostCalled } from '../support/hosts.ts';

const start = initialState(new Date(0));
const [near, far] = SUBNETS.map((one) => one.id);
const elastic = { id: 'eipalloc-0a500000000000009', address: '198.51.100.99', association: undefined };
const later = ({ state, later: steps = [] }: ReturnType<typeof createNatGateway>) =>
  steps.reduce((now, { next }) => next(now), state);
const routed = (state: Ec2State, ...routes: readonly Route[]): Ec2State => ({
  ...state,
  routeTables: state.routeTables.map((one) => ({ ...one, routes })),
});
const byGateway: Route = { cidr: '0.0.0.0/0', target: GATEWAY.id };

/** An account whose subnet `a` has the internet gateway, and the other one a NAT gateway in `a`. */
function withNat(): Ec2State {
  const made = later(
    createNatGateway(
      { ...start, elasticAddresses: [elastic] },
      parseForm(`SubnetId=${near}&AllocationId=${elastic.id}`),
    ),
  );
  const table = {
    id: 'rtb-0a500000000000002',
    vpcId: VPC.id,
    associations: [{ id: 'rtbassoc-0a500000000000002', subnetId: far }],
    routes: [{ cidr: '0.0.0.0/0', target: made.natGateways[0]?.id ?? '' }],
  };
  return { ...made, routeTables: [...made.routeTables, table] };
}

function withEndpoint(): Ec2State {
  const named = { ...start, vpcs: start.vpcs.map((one) => ({ ...one, dnsHostnames: true })) };
  const form = `VpcId=${VPC.id}&ServiceName=com.amazonaws.lab-1.ec2&VpcEndpointType=Interface&SubnetId.1=${near}`;
  return later(createVpcEndpoint(named, parseForm(`${form}&SecurityGroupId.1=${SECURITY_GROUP.id}`)));
}

describe('lab: ways to the internet', () => {
  it('by an internet gateway, only with a public address', () => {
    expect(from(start, near)).to.include('ip daddr 203.0.113.0/24 ip saddr @private accept');
    expect(section(start, 'map outward')).to.include('10.80.1.21 : 198.51.100.121');
    const lost = withoutPublicAddress(start, hostCalled('proxy-1'));
    expect(section(lost, 'set private')).not.to.include('10.80.1.21');
    expect(section(lost, 'map inward')).not.to.include('10.80.1.21');
  });

  it('by a NAT gateway, with its address, and not for answers', () => {
    expect(from(withNat(), far)).to.include('ip daddr 203.0.113.0/24 ct direction original ct mark set 1 accept');
    expect(section(withNat(), 'chain translating')).to.include('ct mark 1 snat to 198.51.100.99');
    expect(from(withNat(), near)).to.include('@private accept');
  });

  const closed: readonly { why: string; state: Ec2State }[] = [
    { why: 'without a default route', state: routed(start) },
    { why: 'with a route to a gateway that is not attached', state: { ...start, gateways: [] } },
    {
      why: 'with a more specific route that is a black hole',
      state: routed(start, byGateway, { cidr: '203.0.113.0/24', target: 'nat-0a500000000000009' }),
    },
    {
      why: 'with a NAT gateway that has no way itself',
      state: routed(withNat(), { cidr: '0.0.0.0/0', target: withNat().natGateways[0]?.id ?? '' }),
    },
  ];
  for (const { why, state } of closed)
    it(`none ${why}`, () => {
      expect(from(state, far)).to.include('ip daddr 203.0.113.0/24 drop');
    });

  it('to the EC2 API too: none without a default route', () => {
    expect(from(routed(start), far)).to.include('ip daddr 10.80.0.2 drop');
    expect(from(start, far)).to.include('ip daddr 10.80.0.2 ip saddr @private accept');
  });

  it('to an endpoint of the EC2 API, which takes its name in the VPC', () => {
    const [address] = withEndpoint().interfaces.at(-1)?.addresses ?? [];
    expect(from(routed(withEndpoint()), far)).to.include('ip daddr 10.80.0.2 accept');
    expect(section(withEndpoint(), 'set endpoints')).to.include(address);
    for (const bridge of ['vpc-a', 'vpc-b'])
      expect(section(withEndpoint(), 'chain translated')).to.include(
        `iifname "${bridge}" ip daddr 10.80.0.2 tcp dport 4566 dnat to ${address}:443`,
      );
  });

  it('from outside lead to public addresses and the EC2 API', () => {
    const rules = section(start, 'chain ways');
    expect(rules.match(/iifname "vpc-out" [^\n]*?(accept|drop)/g)).to.deep.equal([
      'iifname "vpc-out" ip daddr @public accept',
      'iifname "vpc-out" ip daddr 10.80.0.2 tcp dport 4566 accept',
      'iifname "vpc-out" drop',
    ]);
  });

  for (const [name, state] of [
    ['the first account', start],
    ['a NAT gateway', withNat()],
    ['an endpoint', withEndpoint()],
    ['an empty account', { ...start, instances: [], interfaces: [], subnets: [], groups: [] }],
  ] as const)
    it(`are valid rules for ${name}`, () => {
      const { subnets, deliveries, served, routed: rules } = wiresOf(state);
      const outages = { cuts: [], unanswered: [], isolated: [] };
      const input = vpcRuleset(subnets, deliveries, outages, { served }) + rules;
      execFileSync('unshare', ['--net', 'nft', '--check', '-f', '-'], { input, stdio: 'pipe' });
    });
});

function from(state: Ec2State, subnet = ''): string {
  return section(state, `chain from_${subnet.replace('-', '_')}`);
}

/** The content of a block of the ruleset, one statement a line. */
function section(state: Ec2State, head: string): string {
  const rules = internetRuleset(state);
  const start = rules.indexOf(`  ${head} {`);
  return rules.slice(start, rules.indexOf('\n  }', start));
}
