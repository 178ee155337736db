import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { firewall } from '../../../../reconcilers/facts/host/firewall.ts';
import { firewallOf, nftChain, runFirewall } from '../../../support/firewall.ts';

const captured = (name: string) => readFileSync(new URL(`captured/${name}.txt`, import.meta.url), 'utf8');

/** The chains that were read, each with how many rules it has. */
function chainsIn(programs: Parameters<typeof firewallOf>[0]): readonly string[] {
  const seen = firewallOf(programs);
  if (seen.state !== 'present') throw new Error(`not read: ${JSON.stringify(seen)}`);
  return seen.value.map(({ table, name, hook, policy, rules }) => `${table} ${name} ${hook} ${policy} ${rules.length}`);
}

describe('the fact firewall', () => {
  it('of nft: chains that may drop, with their rules in order, without counters, and without those of IPv6', () => {
    expect(chainsIn({ nft: captured('plain-nft') })).to.deep.equal([
      'ip filter input input drop 17',
      'ip filter foo undefined return 2',
      'inet guard input input accept 1',
      'netdev x i ingress accept 2',
    ]);
    const seen = firewallOf({ nft: captured('plain-nft') });
    const rules = seen.state === 'present' ? seen.value.flatMap((chain) => chain.rules) : [];
    expect(rules.slice(1, 5)).to.deep.equal([
      'iif "lo" accept',
      'iifname { "eth0", "eth1" } tcp dport { 22, 80-90 } accept comment "a { b } c"',
      'ip protocol icmp accept',
      'meta l4proto { gre, vrrp } drop',
    ]);
  });

  it('of ufw and of firewalld: with the chains that these lead to, and neither the output, which may pass, nor what is forwarded', () => {
    const hooks = (all: readonly string[]) => all.filter((line) => !line.includes(' undefined '));
    const ufw = chainsIn({ nft: captured('ufw-nft') });
    expect(hooks(ufw)).to.deep.equal(['ip filter INPUT input drop 6']);
    expect(ufw).to.include('ip filter ufw-user-input undefined return 1').and.to.have.length(11);
    expect(hooks(chainsIn({ nft: captured('firewalld-nft') }))).to.deep.equal([
      'inet firewalld filter_PREROUTING prerouting accept 2',
      'inet firewalld filter_INPUT input accept 6',
      'inet firewalld filter_OUTPUT output accept 3',
    ]);
  });

  it('of iptables-save, where there is no nft', () => {
    expect(chainsIn({ 'iptables-save': captured('centos-6-iptables-save') })).to.deep.equal([
      'iptables filter INPUT input accept 5',
    ]);
    expect(chainsIn({ 'iptables-save': captured('ufw-iptables-save') })).to.have.length(11);
    expect(chainsIn({ nft: '', 'iptables-save': captured('ufw-iptables-save') })).to.deep.equal([]);
  });

  it('is empty without a firewall, without a rule that drops, and without both programs', () => {
    const dormant = nftChain('input', ['drop']).replace('{', '{\n\tflags dormant');
    for (const programs of [{}, { nft: '' }, { nft: dormant }, { nft: nftChain('input', ['tcp dport 22 accept']) }])
      expect(chainsIn(programs)).to.deep.equal([]);
  });

  it('is bounded: a chain of hundreds of rules is left out, and a long rule is cut', () => {
    const many = Array.from({ length: 300 }, (_, index) => `ip saddr 10.0.0.${index} drop`);
    expect(chainsIn({ nft: nftChain('input', many) + nftChain('output', ['drop']) })).to.deep.equal([
      'inet guard output output accept 1',
    ]);
    const ports = Array.from({ length: 200 }, (_, index) => index).join(', ');
    const { stdout } = runFirewall({ nft: nftChain('input', [`tcp dport { ${ports} } drop`]) });
    expect(stdout.split('\n')[1])
      .to.match(/^inet guard input input: tcp dport \{ 0, 1,.* \.\.\.$/)
      .and.have.length(328);
  });

  it('is unknown if a program fails, and for any other output', () => {
    const read = (stdout: string, exit = 0) => firewall.read({ exit, stdout, stderr: 'denied', truncated: false }, {});
    for (const seen of [read('', 1), read('Operation not permitted\n'), read('inet guard input input: drop\n')])
      expect(seen.state).to.equal('unknown');
  });
});
