import { expect } from 'chai';
import { initialState } from '../../lab/ec2/initial-state.ts';
import { readOrder } from '../../lab/faults/order.ts';
import { outages } from '../../lab/faults/wires.ts';
import { HOSTS, SUBNETS } from '../../lab/topology.ts';
import { type Delivery, type Outages, vpcRuleset } from '../../lab/vpc/nft.ts';

const deliveries: readonly Delivery[] = HOSTS.map((host) => ({
  address: host.address,
  mac: host.mac,
  port: host.port,
  bridge: host.subnet.bridge,
}));
const NONE: Outages = { cuts: [], unheard: [], isolated: [] };
const vip: Delivery = { address: '10.80.1.100', mac: '06:50:0a:50:01:15', port: 'proxy-1', bridge: 'vpc-a' };

describe('lab: the VPC as an nftables ruleset', () => {
  it('replaces itself in one transaction', () => {
    expect(vpcRuleset(SUBNETS, deliveries, NONE).split('\n').slice(0, 3)).to.deep.equal([
      'table bridge vpc',
      'delete table bridge vpc',
      'table bridge vpc {',
    ]);
  });

  it('lets only the owner of an address send from it, and nobody send to one that nobody owns', () => {
    const rules = vpcRuleset(SUBNETS, [...deliveries, vip], NONE);
    expect(section(rules, 'set owned')).to.include('10.80.1.100');
    expect(section(vpcRuleset(SUBNETS, deliveries, NONE), 'set owned')).not.to.include('10.80.1.100');
    expect(rules).to.include('ip daddr 10.80.2.0/24 ip daddr != @owned drop');
    expect(section(rules, 'set sources')).to.include('"proxy-1" . 10.80.1.100');
    expect(section(rules, 'set sources')).not.to.include('"proxy-2" . 10.80.1.100');
  });

  it('hands whatever a host sends to the router of its subnet', () => {
    const rules = vpcRuleset(SUBNETS, deliveries, NONE);
    expect(section(rules, 'map routers')).to.include('"redis-1" : 06:50:0a:50:01:01, "redis-2" : 06:50:0a:50:02:01');
  });

  it('drops what no rule accepts', () => {
    expect(vpcRuleset(SUBNETS, deliveries, NONE)).to.include('hook prerouting priority dstnat; policy drop;');
  });

  it('shows cuts, and renders empty sets without elements', () => {
    expect(section(vpcRuleset(SUBNETS, deliveries, NONE), 'set cuts')).not.to.include('elements');
    expect(
      section(
        vpcRuleset(SUBNETS, deliveries, { ...NONE, cuts: [{ port: 'redis-1', address: '10.80.2.12' }] }),
        'set cuts',
      ),
    ).to.include('"redis-1" . 10.80.2.12');
  });
});

describe('lab: faults of the wires', () => {
  const state = initialState(new Date(0));

  it('between operator and host take away both ways, and leave the EC2 API', () => {
    const rules = ruleset('cut-operator redis-1');
    expect(section(rules, 'set cuts')).to.include('elements = { "redis-1" . 10.80.0.10 }');
    expect(section(rules, 'set unheard')).to.include('elements = { "redis-1" . 10.80.0.10 }');
    expect(rules).not.to.include('10.80.0.2 ');
  });

  it('between two hosts take away every address of either', () => {
    expect(section(ruleset('cut redis-1 redis-2'), 'set cuts')).to.include(
      'elements = { "redis-1" . 10.80.2.12, "redis-2" . 10.80.1.11 }',
    );
  });

  it('one way take away what the one sends, and not what it is sent', () => {
    const cuts = section(ruleset('cut-to redis-1 redis-2'), 'set cuts');
    expect(cuts).to.include('elements = { "redis-1" . 10.80.2.12 }');
  });

  function ruleset(fault: string): string {
    const broken = { ...readOrder(fault.split(' '), HOSTS), boot: undefined };
    return vpcRuleset(SUBNETS, deliveries, outages(state, [broken]));
  }
});

function section(rules: string, head: string): string {
  const from = rules.indexOf(`  ${head} {`);
  return rules.slice(from, rules.indexOf('  }', from));
}
