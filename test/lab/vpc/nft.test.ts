import { expect } from 'chai';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { readRequest } from '../../../lab/faults/request.ts';
import { outages } from '../../../lab/faults/wires.ts';
import { HOSTS, SUBNETS } from '../../../lab/topology.ts';
import { type Delivery, type Outages, vpcRuleset } from '../../../lab/vpc/nft.ts';

const deliveries: readonly Delivery[] = HOSTS.map((host) => ({
  address: host.address,
  mac: host.mac,
  port: host.port,
  bridge: host.subnet.bridge,
}));
const NONE: Outages = { cuts: [], unanswered: [], isolated: [] };
const vip: Delivery = { address: '10.80.1.100', mac: '06:50:0a:50:01:15', port: 'proxy-1', bridge: 'vpc-a' };

describe('lab: the VPC as an nftables ruleset', () => {
  it('replaces itself in one transaction', () => {
    expect(vpcRuleset(SUBNETS, deliveries, NONE).split('\n').slice(0, 3)).to.deep.equal([
      'table bridge vpc',
      'delete table bridge vpc',
      'table bridge vpc {',
    ]);
  });

  it('lets only the owner of an address send from it, and drops packets to an address without owner', () => {
    const rules = vpcRuleset(SUBNETS, [...deliveries, vip], NONE);
    expect(section(rules, 'set owned')).to.include('10.80.1.100');
    expect(section(vpcRuleset(SUBNETS, deliveries, NONE), 'set owned')).not.to.include('10.80.1.100');
    expect(rules).to.include('ip daddr 10.80.2.0/24 ip daddr != @owned drop');
    expect(section(rules, 'set sources')).to.include('"proxy-1" . 10.80.1.100');
    expect(section(rules, 'set sources')).not.to.include('"proxy-2" . 10.80.1.100');
  });

  it('passes all packets of a host to the router of its subnet', () => {
    const rules = vpcRuleset(SUBNETS, deliveries, NONE);
    expect(section(rules, 'map routers')).to.include('"redis-1" : 06:50:0a:50:01:01, "redis-2" : 06:50:0a:50:02:01');
  });

  it('drops packets that no rule accepts', () => {
    expect(vpcRuleset(SUBNETS, deliveries, NONE)).to.include('hook prerouting priority dstnat; policy drop;');
  });

  it('lists cuts, and renders empty sets without elements', () => {
    expect(section(vpcRuleset(SUBNETS, deliveries, NONE), 'set cuts')).not.to.include('elements');
    expect(
      section(
        vpcRuleset(SUBNETS, deliveries, { ...NONE, cuts: [{ port: 'redis-1', address: '10.80.2.12' }] }),
        'set cuts',
      ),
    ).to.include('"redis-1" . 10.80.2.12');
  });
});

describe('lab: network faults', () => {
  const state = initialState(new Date(0));

  it('cut-operator blocks both directions, but not the EC2 API', () => {
    const rules = ruleset('cut-operator redis-1');
    expect(section(rules, 'set cuts')).to.include('elements = { "redis-1" . 10.80.0.10 }');
    expect(section(rules, 'set unanswered')).to.include('elements = { "redis-1" . 10.80.0.10 }');
    expect(rules).not.to.include('10.80.0.2 ');
  });

  it('cut blocks every address of both hosts', () => {
    expect(section(ruleset('cut redis-1 redis-2'), 'set cuts')).to.include(
      'elements = { "redis-1" . 10.80.2.12, "redis-2" . 10.80.1.11 }',
    );
  });

  it('cut-to blocks one direction only', () => {
    const cuts = section(ruleset('cut-to redis-1 redis-2'), 'set cuts');
    expect(cuts).to.include('elements = { "redis-1" . 10.80.2.12 }');
  });

  function ruleset(fault: string): string {
    const active = { ...readRequest(fault.split(' '), HOSTS), boot: undefined };
    return vpcRuleset(SUBNETS, deliveries, outages(state, [active]));
  }
});

function section(rules: string, head: string): string {
  const from = rules.indexOf(`  ${head} {`);
  return rules.slice(from, rules.indexOf('  }', from));
}
