import { expect } from 'chai';
import fc from 'fast-check';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { edited, type ReaddressingEdit, readdressingEdits } from '../../simulation/scenarios/edits.ts';
import { fleetOf, plainFleet, plainTenant } from '../../simulation/scenarios/fleets.ts';
import { addressingSequence, placedFleet, type Sequence } from '../../simulation/scenarios/histories.ts';
import { crashPointStride, numRuns, path, seed } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, type Simulation, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';
import { withoutFirstMaster } from '../support/without-first-master.ts';

const downtime = [{ kind: 'downtime', tenant: 't1' }] as const;

const fleetFor = (runtime: 'lxc' | 'openvz') =>
  fleetOf({ ...plainFleet, runtime, tenants: [plainTenant, plainTenant] });

/** Members of t1 whose Redis runs as master. */
function masters({ hosts }: World): readonly string[] {
  return Object.values(hosts).flatMap(({ containers }) =>
    Object.entries(containers).flatMap(([name, { redis }]) =>
      name.startsWith('t1-') && redis && redis.of === undefined ? [name.slice('t1-'.length)] : [],
    ),
  );
}

interface Applied {
  readonly result: string;
  readonly text: string;
  readonly steps: Simulation['steps'];
}

/** The last member that was master, for as long as it is followed. */
interface Watched {
  master: string | undefined;
}

async function applied(
  fleet: Fleet,
  world: World,
  {
    accepted = downtime,
    watched,
    ...faults
  }: Faults & { accepted?: typeof downtime | readonly []; watched?: Watched } = {},
): Promise<Applied> {
  const onStep = () => {
    const step = simulation.steps.at(-1);
    const chosen = step && 'initialMaster' in step ? step.initialMaster : undefined;
    if (chosen !== undefined) expect(chosen, 'the member that starts as master').to.equal(watched?.master ?? chosen);
    const [master, ...others] = masters(world);
    if (watched && master !== undefined && !others.length) watched.master = master;
  };
  const simulation = simulate(world, { ...faults, onStep });
  const { outcome } = await run(fleet, simulation, undefined, undefined, accepted);
  runToQuiescence(world);
  return { result: outcome.result, text: findingsText(outcome.left), steps: simulation.steps };
}

const operations = ({ steps }: Applied) => steps.flatMap((one) => ('operation' in one ? [one.operation] : []));

describe('another addressing of a tenant with data', function () {
  this.timeout(600_000);

  for (const runtime of ['lxc', 'openvz'] as const)
    for (const edit of readdressingEdits)
      it(`${runtime}, ${edit}: all members stop once, and start again with it and with the master that they had`, async () => {
        const world = await convergedWorld(fleetFor(runtime));
        const fleet = edited(fleetFor(runtime), edit);
        const watched = { master: masters(world)[0] };
        const first = await applied(fleet, world, { watched });
        expect(first.result, first.text).to.equal('done');
        expect(operations(first).filter((one) => one === 'member-retire')).to.have.length(3);
        expect(masters(world)).to.deep.equal([watched.master]);
        expect(violations(world, fleet)).to.deep.equal([]);
        expect((await applied(fleet, world)).steps).to.deep.equal([]);
        same(canonicalState(world), canonicalState(await convergedWorld(fleet)));
      });
  it('whatever is declared one after the other, and wherever an apply dies, the last documents give one state', async () => {
    const holds = async ({ on, first, later }: Sequence) => {
      const world = await convergedWorld(placedFleet(on, first));
      const watched = { master: masters(world)[0] };
      for (const { placed, diesAfter } of later)
        await applied(placedFleet(on, placed), world, { crash: { step: diesAfter, when: 'after' }, watched }).catch(
          () => {},
        );
      const last = placedFleet(on, later.at(-1)?.placed ?? first);
      const end = await applied(last, world, { watched });
      expect(end.result, end.text).to.equal('done');
      expect(violations(world, last)).to.deep.equal([]);
      same(canonicalState(withoutFirstMaster(world)), canonicalState(withoutFirstMaster(await convergedWorld(last))));
    };
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    const property = fc.asyncProperty(addressingSequence, holds);
    await fc.assert(property, { numRuns: Math.ceil(numRuns / 3), seed, includeErrorInReport: true, ...replay });
  });

  const died: readonly (readonly ['lxc' | 'openvz', ReaddressingEdit])[] = [
    ['lxc', 'VLAN and network'],
    ['openvz', 'port of Redis'],
  ];
  for (const [runtime, edit] of died)
    it(`${runtime}, ${edit}: wherever an apply dies, the next ones, and the former documents, give one state`, async () => {
      const before = fleetFor(runtime);
      const fleet = edited(before, edit);
      const expected = [
        canonicalState(withoutFirstMaster(await convergedWorld(fleet))),
        canonicalState(withoutFirstMaster(await convergedWorld(before))),
      ];
      const whole = await applied(fleet, await convergedWorld(before));
      for (let step = 0; step < whole.steps.length; step += crashPointStride) {
        const world = await convergedWorld(before);
        const watched = { master: masters(world)[0] };
        const when = (['before', 'middle', 'after'] as const)[step % 3] ?? 'after';
        await applied(fleet, world, { crash: { step, when }, watched }).catch(() => {});
        runToQuiescence(world);
        // Nobody accepts it any more: what was begun is finished, or taken back.
        const healed = await applied(fleet, world, { accepted: [], watched });
        expect(violations(world, healed.result === 'done' ? fleet : before), `${step} ${when}`).to.deep.equal([]);
        const last = step % 2 ? fleet : before;
        const end = await applied(last, world, { watched });
        expect(end.result, `${step} ${when}: ${end.text}`).to.equal('done');
        expect(violations(world, last), `${step} ${when}`).to.deep.equal([]);
        same(canonicalState(withoutFirstMaster(world)), expected[step % 2 ? 0 : 1]);
      }
    });
});
