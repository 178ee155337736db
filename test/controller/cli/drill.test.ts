import { expect } from 'chai';
import type { CliContext } from '../../../controller/cli/context.ts';
import { runProgram } from '../../../controller/cli/program.ts';
import type { Executor } from '../../../controller/transport/io.ts';
import { isList } from '../../../reconcilers/facts/resp-replies.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });

interface Stage {
  readonly faults?: Faults;
  readonly declared?: typeof fleet;
  readonly dial?: (dial: Executor['dial']) => Executor['dial'];
}

/** Runs a command over a world in memory; yields what it printed, its exit code, and what it killed. */
async function reconcile(
  words: string,
  world: World,
  { faults = {}, declared = fleet, dial = (it) => it }: Stage = {},
) {
  const simulation = simulate(world, faults);
  let out = '';
  const print = (text: string) => {
    out += text;
  };
  const executor: Executor = { ...simulation.executor, dial: dial(simulation.executor.dial) };
  const context = (): CliContext =>
    ({
      reconcilers,
      clock: simulation.clock,
      load: async () => [declared],
      open: () => ({ ...simulation, executor: () => executor, close: async () => {} }),
      out: print,
      err: print,
      terminal: undefined,
      signal: new AbortController().signal,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    }) as unknown as CliContext;
  const deps = { version: '0', context, lab: async () => 0, out: print, err: print };
  const code = await runProgram(words.split(' '), deps);
  const killed = simulation.steps.flatMap((step) =>
    'operation' in step && step.operation === 'drill-kill' ? [step.host] : [],
  );
  return { code, out, killed };
}

describe('reconcile drill', function () {
  this.timeout(60_000);

  for (const [kill, host, notice] of [
    ['master', 'redis-1', /kills the Redis of t1-r1 on redis-1, which is master/],
    ['proxy', 'proxy-1', /kills keepalived and HAProxy on proxy-\d/],
    ['host', 'redis-1', /resets redis-1, where t1-r1 is master.*\n.*\(t1, t2\) loses that member/],
  ] as const)
    it(`--kill ${kill}: without --confirm it is only shown; with it, it is done, healed, and reported`, async () => {
      const world = await convergedWorld(fleet);
      const shown = await reconcile(`drill t1 --kill ${kill} -f x`, world);
      expect([shown.code, shown.killed], shown.out).to.deep.equal([1, []]);
      expect(shown.out)
        .to.match(notice)
        .and.match(/Nothing was done\. To do it: .*--confirm t1/);
      expect(violations(world, fleet)).to.deep.equal([]);
      const { code, out, killed } = await reconcile(`drill t1 --kill ${kill} -f x --confirm t1`, world);
      expect([code, killed.map((one) => one.replace(/^proxy-2/, 'proxy-1'))], out).to.deep.equal([0, [host]]);
      expect(out).to.match(/without writes +\d.* after the kill; before the kill at most/);
      expect(out).to.match(/acknowledged writes +\d+ of \d+; 0 lost\n/);
      expect(out).to.match(/full redundancy +after \d/);
      expect(violations(world, fleet)).to.deep.equal([]);
    });

  it('says who became master, and who has the virtual IP', async () => {
    const { out } = await reconcile('drill t1 --kill host -f x --confirm t1', await convergedWorld(fleet));
    expect(out)
      .to.match(/master +r1 -> r[23]\n/)
      .and.match(/virtual IP +proxy-\d, as before\n/);
  });

  it('is not begun unless everything is in order', async () => {
    const world = await convergedWorld(fleet);
    const host = world.hosts['redis-2'];
    if (host) killContainer(host, 't2-r2');
    for (const [kill, refused] of [
      ['master', /there is something to apply first \(redis-2: start container t2-r2\)/],
      ['host', /tenant t2 is not in order/],
    ] as const) {
      const { code, out, killed } = await reconcile(`drill t1 --kill ${kill} -f x --confirm t1`, world);
      expect([code, killed], out).to.deep.equal([2, []]);
      expect(out)
        .to.match(refused)
        .and.match(/nothing was done/);
    }
    const own = await reconcile('drill t2 --kill master -f x --confirm t2', world);
    expect([own.code, own.killed], own.out).to.deep.equal([2, []]);
    expect(own.out).to.match(/tenant t2 is not in order/);
  });

  it('is not begun for another name, a paused tenant, or one that no client reaches', async () => {
    const world = await convergedWorld(fleet);
    const refused = async (words: string, stage: Stage = {}) => {
      const { code, out, killed } = await reconcile(`drill ${words} -f x`, world, stage);
      expect([code, killed], out).to.deep.equal([2, []]);
      return out;
    };
    expect(await refused('t1 --kill master --confirm t2')).to.match(
      /--confirm t2 is not the name of the tenant to drill/,
    );
    expect(await refused('t9 --kill master --confirm t9')).to.match(/declare no Tenant t9/);
    expect(await refused('t1 --kill all --confirm t1')).to.match(/Allowed choices are master, proxy, host/);
    const paused = { until: Number.MAX_SAFE_INTEGER / 2 ** 10, reason: 'moving racks' };
    const tenants = fleet.tenants.map((one) => ({ ...one, paused }));
    expect(await refused('t1 --kill master --confirm t1', { declared: { ...fleet, tenants } })).to.match(
      /moving racks/,
    );
    const dial = () => async () => Promise.reject(new Error('administratively prohibited'));
    expect(await refused('t1 --kill master --confirm t1', { dial })).to.match(/not in sync|no host can connect/);
  });

  it('an acknowledged write that is lost is reported, and the exit code is 2', async () => {
    const world = await convergedWorld(fleet);
    const losing =
      (dial: Executor['dial']): Executor['dial'] =>
      async (...words) => {
        const connection = await dial(...words);
        const send: typeof connection.send = async (commands) => {
          const replies = await connection.send(commands);
          return replies.map((reply) => (commands[0]?.[0] === 'LRANGE' && isList(reply) ? reply.slice(3) : reply));
        };
        return { ...connection, send };
      };
    const { code, out } = await reconcile('drill t1 --kill master -f x --confirm t1', world, { dial: losing });
    expect(code, out).to.equal(2);
    expect(out).to.match(/acknowledged writes +\d+ of \d+; 3 lost\n/);
  });
});
