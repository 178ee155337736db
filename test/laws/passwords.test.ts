import { expect } from 'chai';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet, Tenant } from '../../crds/fleet.ts';
import { Secret } from '../../crds/secret.ts';
import { digest } from '../../renderers/lib/text.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { copyOf } from '../../simulation/copy.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

const fresh = new Secret('env NEW', 'n3w-passw0rd');
const before = fleetOf(plainFleet);
const withPasswords = (change: (tenant: Tenant) => Tenant): Fleet => ({
  ...before,
  tenants: before.tenants.map(change),
});
const both = withPasswords((tenant) => ({ ...tenant, password: fresh, previousPassword: tenant.password }));
const after = withPasswords((tenant) => ({ ...tenant, password: fresh }));

const sum = (secret: Secret | undefined) => digest(secret?.reveal() ?? '');
const [old, current] = [sum(before.tenants[0]?.password), sum(fresh)];

/** What is wrong in this moment for clients with one of `passwords`, for the replicas and for the Sentinels. */
function refused({ hosts }: World, passwords: readonly string[]): readonly string[] {
  const containers = Object.values(hosts).flatMap((host) => Object.entries(host.containers));
  const servers = containers.flatMap(([name, { redis, sentinel }]) => [
    ...(redis ? [{ name: `Redis of ${name}`, accepted: redis.accepted }] : []),
    ...(sentinel ? [{ name: `Sentinel of ${name}`, accepted: sentinel.accepted }] : []),
  ]);
  const sent = containers.flatMap(([name, { redis, sentinel }]) => [
    ...(redis ? [[`masterauth of ${name}`, digest(redis.masterauth)] as const] : []),
    ...(sentinel
      ? [
          [`auth-pass of ${name}`, digest(sentinel.watch?.authPass ?? '')] as const,
          [`sentinel-pass of ${name}`, digest(sentinel.sentinelPass)] as const,
        ]
      : []),
  ]);
  const all = [...sent, ...passwords.map((one) => ['a client', one] as const)];
  return servers.flatMap(({ name, accepted }) =>
    all.flatMap(([who, password]) => (accepted.includes(password) ? [] : [`${name} refuses ${who}`])),
  );
}

interface Change {
  readonly name: string;
  readonly from: Fleet;
  readonly to: Fleet;
  /** With which clients get in during all of it. */
  readonly valid: readonly string[];
}

const changes: readonly Change[] = [
  { name: 'a new password, and the previous one', from: before, to: both, valid: [old] },
  { name: 'the previous one is taken out', from: both, to: after, valid: [current] },
];

async function carryOut({ from, to, valid }: Change, faults: Faults = {}) {
  const world = copyOf(await convergedWorld(from));
  const wrong = new Set<string>();
  const onStep = () => {
    for (const one of refused(world, valid)) wrong.add(one);
  };
  const first = simulate(world, { ...faults, onStep });
  const result = await run(to, first).catch(() => undefined);
  const again = result?.outcome.result === 'done' ? result : await run(to, simulate(world, { onStep }));
  runToQuiescence(world);
  onStep();
  expect([...wrong]).to.deep.equal([]);
  return { world, outcome: again.outcome, steps: first.steps };
}

describe('the rotation of a password', function () {
  this.timeout(300_000);

  for (const change of changes)
    it(`${change.name}: nobody is refused at any moment, and the end is that of a new tenant`, async () => {
      const { world, outcome, steps } = await carryOut(change);
      if (outcome.result !== 'done') throw new Error(`${outcome.result}:\n${findingsText(outcome.left)}`);
      expect(violations(world, change.to)).to.deep.equal([]);
      same(canonicalState(world), canonicalState(await convergedWorld(change.to)));
      for (let step = 1; step <= steps.length; step += 1)
        for (const when of ['before', 'middle', 'after'] as const) {
          const killed = await carryOut(change, { crash: { step, when } });
          expect(killed.outcome.result, `killed ${when} step ${step}: ${findingsText(killed.outcome.left)}`).to.equal(
            'done',
          );
          same(canonicalState(killed.world), canonicalState(world));
        }
    });

  it('a member that cannot be observed holds up the use of the new password, not its acceptance', async () => {
    const world = copyOf(await convergedWorld(before));
    const { outcome } = await run(both, simulate(world, { unreachable: new Set(['redis-3']) }));
    expect(outcome.result).to.equal('unknown');
    expect(refused(world, [old])).to.deep.equal([]);
    expect((await run(both, simulate(world))).outcome.result).to.equal('done');
  });

  it('without the previous one, it is refused as a whole', async () => {
    const world = copyOf(await convergedWorld(before));
    const state = canonicalState(world);
    const { outcome } = await run(after, simulate(world));
    expect(outcome.result).to.equal('manual');
    const text = findingsText(outcome.left);
    expect(text).to.contain('spec.auth.previousPasswordFrom').and.not.to.contain('n3w-passw0rd');
    same(canonicalState(world), state);
  });
});
