import { expect } from 'chai';
import { absent, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { brief, findings, healthy, memberFacts, redisFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

/** With a setting that no member has yet: one for CONFIG SET, and one that Redis reads at its start only. */
const live = withSetting('lfu-log-factor', '20');
const fixed = withSetting('databases', '32');

function withSetting(name: string, value: string) {
  const tenant = tenantOf();
  return { ...tenant, redis: { ...tenant.redis, config: { ...tenant.redis.config, [name]: value } } };
}

/** Files and servers are as before the document got the setting; then these members are stopped. */
function stopped(places: readonly number[], change: (world: World) => void = () => {}): World {
  const world = healthy(tenantOf());
  for (const place of places) stop(world, place);
  change(world);
  return world;
}

function stop(world: World, place: number, part: Partial<ReturnType<typeof memberFacts>> = {}): void {
  const facts = memberFacts(tenantOf(), place);
  const processes = facts.processes.filter(({ command }) => command !== 'redis-server');
  world.members[place] = present({ ...facts, processes, startGuard: undefined, ...part });
  world.redis[place] = unknown('connection refused');
}

/** redis.conf of a stopped member as rendered with the setting. */
function written(world: World, place: number, tenant = live): void {
  stop(world, place, { lines: memberFacts(tenant, place).lines });
}

const files = (tenant: typeof live, world: World) =>
  findings(redis, tenant, world)
    .map(brief)
    .filter((line) => line.includes('/conf/redis.conf'))
    .map((line) => line.replace(/ \/\S+\/conf\//, ' '));

const on = (member: string, remedy: string) => `redis/acme-${member} redis.conf: FileDiffers, ${remedy}`;

describe('redis.conf of a member that does not run', () => {
  it('is written with a value that a running member has accepted', () =>
    expect(
      files(
        live,
        stopped([1], (world) => {
          const facts = redisFacts(tenantOf(), 0);
          world.redis[0] = present({ ...facts, settings: { ...facts.settings, 'lfu-log-factor': '20' } });
        }),
      ),
    ).to.deep.equal([on('r1', 'redis-config-set'), on('r2', 'member-conf')]));

  it('is not written with one that no running member has: those may refuse it', () =>
    expect(files(live, stopped([1, 2]))).to.deep.equal([
      on('r2', 'depends on redis/acme-r1'),
      on('r3', 'depends on redis/acme-r1'),
    ]));

  it('one at a time, if none runs, or if only a start changes the value', () => {
    expect(files(live, stopped([0, 1, 2]))).to.deep.equal([
      on('r1', 'member-conf'),
      on('r2', 'depends on redis/acme-r1'),
      on('r3', 'depends on redis/acme-r1'),
    ]);
    expect(files(fixed, stopped([1, 2]))).to.deep.equal([
      on('r2', 'member-conf'),
      on('r3', 'depends on redis/acme-r2'),
    ]);
  });

  it('not on a second one, until the first runs with it', () =>
    expect(
      files(
        live,
        stopped([0, 1, 2], (world) => written(world, 1)),
      ),
    ).to.deep.equal([on('r1', 'depends on redis/acme-r2'), on('r3', 'depends on redis/acme-r2')]));

  it('not while a member is unknown, which may have it already', () =>
    expect(
      files(
        live,
        stopped([0, 1], (world) => {
          world.members[2] = unknown('no route to host');
          world.redis[2] = unknown('no route to host');
        }),
      ),
    ).to.deep.equal([on('r1', 'depends on redis/acme-r3'), on('r2', 'depends on redis/acme-r3')]));

  it('at once, if Redis exits with the present one, or if there is none', () => {
    const exits = { times: 5, lastLog: 'Bad directive' };
    const looping = stopped([0, 1, 2], (world) => stop(world, 2, { exits }));
    expect(files(live, looping)).to.include(on('r3', 'member-conf'));
    const without = stopped([1], (world) => stop(world, 1, { files: {}, lines: {} }));
    expect(files(live, without)).to.deep.equal([on('r2', 'member-conf')]);
  });

  it('at once before the bootstrap is done', () => {
    const world = stopped([0, 1, 2]);
    for (const place of [0, 1, 2]) stop(world, place, { marks: { bootstrap: 'r1' } });
    world.sentinels = world.sentinels.map(() => absent);
    expect(files(live, world)).to.deep.equal(['r1', 'r2', 'r3'].map((member) => on(member, 'member-conf')));
  });
});
