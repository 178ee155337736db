import { expect } from 'chai';
import { discoverHosts } from '../../../controller/engine/observe.ts';
import { severityOf } from '../../../controller/report/findings.ts';
import type { FirewallChain } from '../../../reconcilers/facts/host/firewall.ts';
import { mesh } from '../../../reconcilers/mesh/index.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { hostOf, type World } from '../../../simulation/world.ts';

const spec = { ...plainFleet, datapath: 'system' } as const;

/** What the mesh reports in a converged world whose host redis-2 has this firewall. */
async function seenWith(firewall: (world: World) => readonly FirewallChain[], fleet = fleetOf(spec)) {
  const world = await convergedWorld(fleet);
  hostOf(world, 'redis-2').firewall = firewall(world);
  const { read, lookup, inventory } = await discoverHosts(fleet, simulate(world).reader);
  const items = mesh.items(fleet, inventory);
  await read(items.flatMap(({ requests }) => requests));
  return items.flatMap((item) => item.diff(lookup));
}

const input = (rules: readonly string[], policy = 'accept'): readonly FirewallChain[] => [
  { table: 'inet filter', name: 'input', hook: 'input', policy, rules },
];

/** The address of a host, as a rule has it. */
function addressOf(world: World, name: string): string {
  const links = hostOf(world, name).links.flatMap(({ addresses }) => addresses);
  const own = world.ec2.instances.find(({ privateAddress }) =>
    links.some((one) => one.startsWith(`${privateAddress}/`)),
  );
  if (!own?.privateAddress) throw new Error(`${name} has no address`);
  return own.privateAddress;
}

describe('mesh: a firewall that drops GRE', () => {
  it('of all hosts is reported once, critical, with the rule, what it means and what to run', async () => {
    const [found, ...others] = await seenWith(() => input(['tcp dport 22 accept', 'meta l4proto gre drop']));
    expect(others).to.deep.equal([]);
    if (!found) throw new Error('no finding');
    expect(found).to.deep.include({ subject: 'mesh/redis-2@underlay', reason: 'GreBlocked', have: 'dropped' });
    expect(severityOf(found)).to.equal('critical');
    expect(found.remedy).to.deep.include({ by: 'manual' });
    expect(found.remedy)
      .to.have.property('message')
      .that.matches(
        /^`meta l4proto gre drop` in chain inet filter input of redis-2 drops GRE: what tenants send .* is lost/,
      )
      .and.contains('redis-2 and proxy-1, proxy-2, redis-1, redis-3')
      .and.contains('nft insert rule inet filter input meta l4proto 47 accept');
  });

  it('of one host is reported of that tunnel', async () => {
    const found = await seenWith((world) => input([`ip saddr ${addressOf(world, 'redis-1')} ip protocol gre drop`]));
    expect(found.map(({ subject, reason }) => `${subject} ${reason}`)).to.deep.equal([
      'mesh/redis-2>redis-1 GreBlocked',
    ]);
    expect(found[0]?.impacts).to.have.length(1);
  });

  it('by policy: replies that are accepted keep tunnels up, so that nobody is impacted yet', async () => {
    const rules = ['ct state established,related accept', 'iif "lo" accept', 'tcp dport 22 accept'];
    const [replies] = await seenWith(() => input(rules, 'drop'));
    const [all] = await seenWith(() => input(rules.slice(1), 'drop'));
    expect(replies).to.deep.include({ reason: 'GreBlocked', have: 'only replies are accepted', impacts: [] });
    expect(replies?.remedy)
      .to.have.property('message')
      .that.contains('drops GRE, as no rule accepts GRE, unless it is a reply');
    expect(all).to.deep.include({ reason: 'GreBlocked', have: 'dropped' });
  });

  it('is not reported where GRE is or may be accepted, and not of the userspace datapath, which takes packets before', async () => {
    expect(await seenWith(() => input(['ip protocol gre accept'], 'drop'))).to.deep.equal([]);
    expect(await seenWith(() => input(['ip saddr @mesh accept'], 'drop'))).to.deep.equal([]);
    const userspace = fleetOf(plainFleet);
    expect(await seenWith(() => input(['meta l4proto gre drop']), userspace)).to.deep.equal([]);
  });
});
