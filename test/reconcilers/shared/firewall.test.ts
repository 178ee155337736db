import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { unknown } from '../../../reconcilers/facts/observation.ts';
import { acceptCommand, droppedBy, dropText } from '../../../reconcilers/shared/firewall.ts';
import { type Between, connection, gre, type Traffic, vrrp } from '../../../reconcilers/shared/firewall-traffic.ts';
import { firewallOf, nftChain, type Programs } from '../../support/firewall.ts';

const captured = (name: string) => readFileSync(new URL(`../facts/host/captured/${name}.txt`, import.meta.url), 'utf8');

const into: Between = { direction: 'in', from: '10.80.1.22', to: '10.80.1.100', device: 'eth0' };
const metadata = connection(80, { direction: 'out', from: '10.80.1.21', to: '169.254.169.254', device: 'eth0' });
const api = connection(443, { direction: 'out', from: '10.80.1.21', device: 'eth0' });
const redis = connection(6379, into);

/** The rule that drops it, and its chain; `-`: none is known to. */
function dropIn(programs: Programs, traffic: Traffic): string {
  const drop = droppedBy(firewallOf(programs), traffic);
  return drop ? `${drop.chain}: ${drop.rule}` : '-';
}

const input = (rules: readonly string[], policy?: string) => ({ nft: nftChain('input', rules, policy) });
const output = (rules: readonly string[], policy?: string) => ({ nft: nftChain('output', rules, policy) });
const save = (...rules: readonly string[]) => ({
  'iptables-save': `*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:LIMIT - [0:0]\n${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT\n`,
});

type Row = readonly [name: string, programs: Programs, traffic: Traffic, want: string];

const rulesets: readonly Row[] = [
  ['ufw: a port', { nft: captured('ufw-nft') }, redis, 'ip filter INPUT: policy drop'],
  ['ufw: a port that it allows', { nft: captured('ufw-nft') }, connection(22, into), '-'],
  ['ufw: VRRP', { nft: captured('ufw-nft') }, vrrp(into), 'ip filter INPUT: policy drop'],
  ['ufw: GRE', { nft: captured('ufw-nft') }, gre(into), 'ip filter INPUT: policy drop'],
  ['ufw: replies', { nft: captured('ufw-nft') }, gre({ ...into, established: true }), '-'],
  ['ufw: the output', { nft: captured('ufw-nft') }, metadata, '-'],
  ['ufw of iptables', { 'iptables-save': captured('ufw-iptables-save') }, redis, 'filter INPUT: policy drop'],
  ['ufw of iptables: allowed', { 'iptables-save': captured('ufw-iptables-save') }, connection(22, into), '-'],
  [
    'firewalld: GRE',
    { nft: captured('firewalld-nft') },
    gre(into),
    'inet firewalld filter_IN_public: reject with icmpx admin-prohibited',
  ],
  ['firewalld: VRRP that it allows', { nft: captured('firewalld-nft') }, vrrp(into), '-'],
  ['firewalld: a range of ports', { nft: captured('firewalld-nft') }, redis, '-'],
  ['firewalld: the output', { nft: captured('firewalld-nft') }, api, '-'],
  [
    'CentOS 6: GRE',
    { 'iptables-save': captured('centos-6-iptables-save') },
    gre(into),
    'filter INPUT: -j REJECT --reject-with icmp-host-prohibited',
  ],
  ['CentOS 6: SSH', { 'iptables-save': captured('centos-6-iptables-save') }, connection(22, into), '-'],
  ['nothing', {}, redis, '-'],
];

const ingress = (devices: string) => ({
  nft: `table netdev guard {\n\tchain early {\n\t\ttype filter hook ingress ${devices} priority -500; policy accept;\n\t\tip protocol gre drop\n\t}\n}\n`,
});

const rules: readonly Row[] = [
  ['at a device', ingress('device "eth0"'), gre(into), 'netdev guard early: ip protocol gre drop'],
  ['at several', ingress('devices = { "eth0", "eth1" }'), gre(into), 'netdev guard early: ip protocol gre drop'],
  ['at another device', ingress('devices = { "eth1", "eth2" }'), gre(into), '-'],
  [
    'a rule that names the port and the address',
    input(['ip daddr 10.80.1.100 tcp dport 6379 iif != "lo" drop']),
    redis,
    'inet guard input: ip daddr 10.80.1.100 tcp dport 6379 iif != "lo" drop',
  ],
  ['of another address', input(['ip daddr 10.80.1.99 tcp dport 6379 drop']), redis, '-'],
  ['of another port', input(['tcp dport { 22, 6380-6390 } drop']), redis, '-'],
  [
    'in a set',
    input(['tcp dport { 22, 6379-6390 } drop']),
    redis,
    'inet guard input: tcp dport { 22, 6379-6390 } drop',
  ],
  ['in a named set', input(['tcp dport @closed drop']), redis, '-'],
  ['of another client', input(['ip saddr 10.80.1.0/28 tcp dport 6379 drop']), redis, '-'],
  ['of all others', input(['ip saddr != 10.0.0.0/8 tcp dport 6379 reject']), redis, '-'],
  ['of too many', input(['tcp dport 6379 limit rate over 10/second drop']), redis, '-'],
  ['of another device', input(['iifname "eth1" drop']), redis, '-'],
  ['of the device', input(['iifname "eth*" drop']), redis, 'inet guard input: iifname "eth*" drop'],
  ['after one that accepts it', input(['tcp dport 6379 accept', 'drop']), redis, '-'],
  ['after one that may accept it', input(['ip saddr @clients accept', 'drop']), redis, '-'],
  [
    'after one that accepts replies',
    input(['ct state established,related accept', 'drop']),
    redis,
    'inet guard input: drop',
  ],
  [
    'in a map of states',
    input(['ct state vmap { established : accept, new : drop }']),
    redis,
    'inet guard input: ct state vmap { established : accept, new : drop }',
  ],
  ['in a map of ports', input(['tcp dport vmap { 22 : accept, 6379 : accept }', 'drop']), redis, '-'],
  ['of fields that are compared together', input(['ip saddr . tcp dport @allowed accept', 'drop']), redis, '-'],
  ['that hands it to a program', input(['queue to 1', 'drop']), redis, '-'],
  ['GRE by number', input(['ip protocol 47 drop']), gre(into), 'inet guard input: ip protocol 47 drop'],
  [
    'GRE in a set',
    input(['meta l4proto { gre, vrrp } drop']),
    vrrp(into),
    'inet guard input: meta l4proto { gre, vrrp } drop',
  ],
  ['a policy, and GRE is accepted', input(['meta l4proto gre accept'], 'drop'), gre(into), '-'],
  [
    'a policy, and TCP is accepted',
    input(['tcp dport 1-65535 accept'], 'drop'),
    gre(into),
    'inet guard input: policy drop',
  ],
  ['a policy, and all is accepted', input(['iif "lo" accept', 'accept'], 'drop'), gre(into), '-'],
  ['IPv6 alone', input(['meta nfproto ipv6 drop', 'ip6 saddr ::1 drop']), redis, '-'],
  [
    'the metadata service',
    output(['ip daddr 169.254.169.254 drop']),
    metadata,
    'inet guard output: ip daddr 169.254.169.254 drop',
  ],
  ['the metadata service, not the API', output(['ip daddr 169.254.169.254 drop']), api, '-'],
  [
    'the API',
    output(['tcp dport 443 counter reject with tcp reset']),
    api,
    'inet guard output: tcp dport 443 counter reject with tcp reset',
  ],
  ['the input does not matter to it', input(['drop']), api, '-'],
];

const iptablesRules: readonly Row[] = [
  [
    'a port',
    save('INPUT -p tcp -m tcp --dport 6379 -j DROP'),
    redis,
    'filter INPUT: -p tcp -m tcp --dport 6379 -j DROP',
  ],
  [
    'several',
    save('INPUT -p tcp -m multiport --dports 22,6000:7000 -m comment --comment "no -j ACCEPT" -j REJECT'),
    redis,
    'filter INPUT: -p tcp -m multiport --dports 22,6000:7000 -m comment --comment "no -j ACCEPT" -j REJECT',
  ],
  ['other ports', save('INPUT -p tcp -m tcp ! --dport 6379 -j DROP'), redis, '-'],
  ['GRE', save('INPUT -p gre -j DROP'), gre(into), 'filter INPUT: -p gre -j DROP'],
  ['VRRP by number', save('INPUT ! -i lo -p 112 -j DROP'), vrrp(into), 'filter INPUT: ! -i lo -p 112 -j DROP'],
  ['another network', save('INPUT ! -s 10.0.0.0/8 -j DROP'), redis, '-'],
  ['a set', save('INPUT -m set --match-set allowed src -j ACCEPT', 'INPUT -j DROP'), redis, '-'],
  ['a log first', save('INPUT -j LOG --log-prefix "[x] "', 'INPUT -j DROP'), redis, 'filter INPUT: -j DROP'],
  ['a chain of its own', save('INPUT -p tcp -j LIMIT', 'LIMIT -p tcp -j DROP'), redis, 'filter LIMIT: -p tcp -j DROP'],
  ['a chain that is left', save('INPUT -p tcp -j LIMIT', 'LIMIT -p tcp -j RETURN', 'LIMIT -j DROP'), redis, '-'],
  ['a target that is not known', save('INPUT -j XYZ', 'INPUT -j DROP'), redis, '-'],
  [
    'the metadata service',
    save('OUTPUT -d 169.254.169.254/32 -j DROP'),
    metadata,
    'filter OUTPUT: -d 169.254.169.254/32 -j DROP',
  ],
];

describe('what a firewall drops', () => {
  for (const [name, programs, traffic, want] of rulesets)
    it(`as captured, ${name}`, () => expect(dropIn(programs, traffic)).to.equal(want));
  for (const [name, programs, traffic, want] of rules)
    it(`a rule of nft: ${name}`, () => expect(dropIn(programs, traffic)).to.equal(want));
  for (const [name, programs, traffic, want] of iptablesRules)
    it(`a rule of iptables: ${name}`, () => expect(dropIn(programs, traffic)).to.equal(want));

  it('is not known without the fact', () => {
    expect(droppedBy(unknown('no route to host'), redis)).to.equal(undefined);
    expect(droppedBy(undefined, redis)).to.equal(undefined);
  });

  it('without an address or a device, a rule that names one says nothing', () => {
    const anywhere: Between = { direction: 'in' };
    expect(dropIn(input(['ip saddr 10.0.0.0/8 drop']), gre(anywhere))).to.equal('-');
    expect(dropIn(input(['iifname "eth0" drop']), gre(anywhere))).to.equal('-');
    expect(dropIn(input(['iifname != "lo" drop']), gre(anywhere))).to.equal('inet guard input: iifname != "lo" drop');
  });

  it('is said with the rule, the chain and the host, and what to run', () => {
    const drop = droppedBy(firewallOf(input(['tcp dport 6379 drop'])), redis);
    const policy = droppedBy(firewallOf({ 'iptables-save': captured('ufw-iptables-save') }), gre(into));
    if (!drop || !policy) throw new Error('nothing drops it');
    expect(dropText(drop, 'proxy-1')).to.equal('`tcp dport 6379 drop` in chain inet guard input of proxy-1 drops it');
    expect(dropText(policy, 'redis-1', 'GRE')).to.equal(
      '`policy drop` in chain filter INPUT of redis-1 drops GRE, as no rule accepts GRE',
    );
    expect(acceptCommand(drop, 47)).to.equal('nft insert rule inet guard input meta l4proto 47 accept');
    expect(acceptCommand(policy, 47)).to.equal('iptables -t filter -I INPUT -p 47 -j ACCEPT');
  });
});
