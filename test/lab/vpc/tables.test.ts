import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import type { Ec2State } from '../../../lab/ec2/state.ts';
import { SUBNETS, VPC } from '../../../lab/topology.ts';
import { groupRuleset } from '../../../lab/vpc/groups.ts';
import { vpcRuleset } from '../../../lab/vpc/nft.ts';
import { routerTables, tableCommands } from '../../../lab/vpc/tables.ts';
import { wiresOf } from '../../../lab/vpc/wires.ts';
import { hostCalled } from '../support/hosts.ts';

const vip = '192.168.250.10/32';
const account = initialState(new Date(0));
const running: Ec2State = { ...account, instances: account.instances.map((one) => ({ ...one, state: 'running' })) };
const [first, second] = ['proxy-1', 'proxy-2'].map(hostCalled);

/** Subnet b has a table of its own; `main` and `b` are the hosts that the tables lead to. */
function routed(main: string | undefined, b: string | undefined, checked: readonly string[] = []): Ec2State {
  const route = (name?: string) => (name ? [{ cidr: vip, target: hostCalled(name).interfaceId }] : []);
  const associations = [{ id: 'rtbassoc-2', subnetId: SUBNETS[1]?.id }];
  return {
    ...running,
    interfaces: running.interfaces.map((one) => ({ ...one, sourceDestCheck: checked.includes(one.host.name) })),
    routeTables: [
      ...running.routeTables.map((one) => ({ ...one, routes: [...one.routes, ...route(main)] })),
      { id: 'rtb-2', vpcId: VPC.id, associations, routes: route(b) },
    ],
  };
}

const waysIn = (state: Ec2State) =>
  Object.fromEntries(routerTables(state).map(({ bridge, routes }) => [bridge, routes[vip]]));
const to = (host: typeof first) => `via ${host?.address} dev ${host?.subnet.bridge} onlink`;

describe('lab: routes to network interfaces', () => {
  it('hold for the subnets of their table; the operator uses the main one', () => {
    expect(waysIn(routed('proxy-1', 'proxy-2'))).to.deep.equal({
      'vpc-a': to(first),
      'vpc-b': to(second),
      'vpc-op': to(first),
    });
    expect(waysIn(routed('proxy-1', undefined))).to.deep.equal({
      'vpc-a': to(first),
      'vpc-b': undefined,
      'vpc-op': to(first),
    });
  });

  it('lose packets with the source/destination check, and while the instance is stopped', () => {
    expect(waysIn(routed('proxy-1', 'proxy-2', ['proxy-1']))).to.include({ 'vpc-a': 'blackhole', 'vpc-b': to(second) });
    const state = routed('proxy-1', 'proxy-1');
    const stopped = state.instances.map((one) => (one.host === first ? { ...one, state: 'stopped' as const } : one));
    expect(waysIn({ ...state, instances: stopped })).to.include({ 'vpc-a': 'blackhole', 'vpc-b': 'blackhole' });
  });

  it('leave what is local to the VPC, and the metadata service, to the router', () => {
    const [table] = routerTables(routed('proxy-1', undefined));
    expect(table?.routes).to.deep.equal({ '10.80.0.0/16': 'throw', '169.254.169.254/32': 'throw', [vip]: to(first) });
    expect(routerTables(running).every(({ routes }) => Object.keys(routes).length === 0)).to.equal(true);
  });

  it('a port without the check sends from any address, and no other', () => {
    const wires = wiresOf(routed('proxy-1', undefined, ['proxy-1', 'redis-1', 'redis-2', 'redis-3']));
    expect(wires.unchecked).to.deep.equal(['proxy-2']);
    const rules = vpcRuleset(wires.subnets, wires.deliveries, { cuts: [], unanswered: [], isolated: [] }, wires);
    expect(rules).to.match(/set unchecked \{\s+type ifname\s+elements = \{ "proxy-2" \}/);
    expect(rules).to.include('iifname != @unchecked iifname . ip saddr != @sources drop');
  });

  it('the security group of the interface applies to what is routed there', () => {
    const rules = groupRuleset(routed('proxy-1', 'proxy-1'));
    expect(rules).to.include(`ip daddr ${vip} rt ip nexthop vmap { ${first?.address} : goto in_`);
    execFileSync('unshare', ['--net', 'nft', '--check', '-f', '-'], { input: rules, stdio: 'pipe' });
  });

  it("are carried out by the kernel's router, and changed from one to the other", () => {
    const setUp = SUBNETS.flatMap(({ bridge, gateway, prefix }) => [
      `link add ${bridge} type veth peer name ${bridge}-p`,
      `link set ${bridge} up`,
      `link set ${bridge}-p up`,
      `address add ${gateway}/${prefix} dev ${bridge}`,
    ]);
    const states = [running, routed('proxy-1', 'proxy-1'), routed('proxy-2', undefined), running].map(routerTables);
    const steps = states.map((tables, index) => tableCommands(tables, states[index - 1] ?? []));
    const all = [...setUp, 'link add vpc-op type veth peer name op-p', 'link set vpc-op up'].join('\n');
    const look = SUBNETS.map(
      ({ bridge }) => `ip route get 192.168.250.10 from 10.80.9.9 iif ${bridge} 2>&1 | head -n 1`,
    );
    const script = [
      `ip -batch - <<'END'\n${all}\nEND`,
      'sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0',
      ...steps.map((lines) => `ip -batch - <<'END'\n${lines.join('\n')}\nEND\n${look.join('\n')}; echo --`),
      'ip rule show; ip route show table all | grep -c 192.168.250',
    ].join('\n');
    const out = execFileSync('unshare', ['--net', 'bash', '-c', `${script}; true`], { encoding: 'utf8' });
    const [none, both, one, gone] = out.split('--\n').map((part) => part.match(/via 10\.80\.1\.\d+/g) ?? []);
    expect([none, both, one, gone]).to.deep.equal([[], ['via 10.80.1.21', 'via 10.80.1.21'], ['via 10.80.1.22'], []]);
    expect(out.trim().split('\n').at(-1)).to.equal('0');
  });
});
