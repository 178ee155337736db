import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { authorize } from '../../../lab/ec2/groups.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import { HOSTS, SECURITY_GROUP, SUBNETS } from '../../../lab/topology.ts';
import { groupRuleset } from '../../../lab/vpc/groups.ts';
import { vpcRuleset } from '../../../lab/vpc/nft.ts';

const start = initialState(new Date(0));

describe('lab: security groups as an nftables table', () => {
  it('accepts what the rules of a host’s groups allow, and drops the rest', () => {
    const chain = section(groupRuleset(start), `chain in_eni_0a50010b000000000`);
    expect(chain).to.equal('jump in_sg_0a500000000000001 drop');
    expect(section(groupRuleset(start), 'chain in_sg_0a500000000000001')).to.equal(
      'ip saddr @m_sg_0a500000000000001 accept ip saddr 10.80.0.0/16 accept',
    );
  });

  const rules: readonly { readonly asked: string; readonly rule: string }[] = [
    {
      asked: 'IpProtocol=tcp&FromPort=22&ToPort=22&CidrIp=10.80.0.10/32',
      rule: 'ip saddr 10.80.0.10/32 tcp dport 22-22 accept',
    },
    { asked: 'IpProtocol=47&CidrIp=10.80.1.0/24', rule: 'ip saddr 10.80.1.0/24 ip protocol 47 accept' },
    { asked: 'IpProtocol=112&CidrIp=0.0.0.0/0', rule: 'ip saddr 0.0.0.0/0 ip protocol 112 accept' },
    {
      asked: 'IpProtocol=icmp&FromPort=3&ToPort=4&CidrIp=0.0.0.0/0',
      rule: 'ip saddr 0.0.0.0/0 ip protocol icmp icmp type 3 icmp code 4 accept',
    },
    {
      asked: 'IpProtocol=icmp&FromPort=-1&ToPort=-1&CidrIp=0.0.0.0/0',
      rule: 'ip saddr 0.0.0.0/0 ip protocol icmp accept',
    },
  ];
  for (const { asked, rule } of rules)
    it(`renders ${asked} for nft`, () => {
      const { state } = authorize(false)(start, parseForm(`GroupId=${SECURITY_GROUP.id}&${asked}`));
      const ruleset = groupRuleset(state);
      expect(section(ruleset, 'chain in_sg_0a500000000000001')).to.include(rule);
      const deliveries = HOSTS.map((host) => ({ ...host, bridge: host.subnet.bridge }));
      const wires = vpcRuleset(SUBNETS, deliveries, { cuts: [], unanswered: [], isolated: [] });
      execFileSync('unshare', ['--net', 'nft', '--check', '-f', '-'], { input: wires + ruleset, stdio: 'pipe' });
    });

  it('is valid for an empty account', () => {
    const none = { ...start, instances: [], interfaces: [], subnets: [], groups: [] };
    execFileSync('unshare', ['--net', 'nft', '--check', '-f', '-'], { input: groupRuleset(none), stdio: 'pipe' });
  });
});

/** The content of a block of the ruleset, on one line. */
function section(rules: string, head: string): string {
  const from = rules.indexOf(`  ${head} {`);
  const body = rules.slice(rules.indexOf('{', from) + 1, rules.indexOf('\n  }', from));
  return body.trim().replace(/\s+/g, ' ');
}
