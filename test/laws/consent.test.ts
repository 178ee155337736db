import { expect } from 'chai';
import fc from 'fast-check';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { type Accepted, consentKinds } from '../../reconcilers/contract/consent.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { confFile, directives } from '../../simulation/conf.ts';
import { limitsIn } from '../../simulation/haproxy.ts';
import { killContainer } from '../../simulation/lxc.ts';
import { startupBytes } from '../../simulation/redis.ts';
import { type FleetSpec, fleetOf, fleetSpec } from '../../simulation/scenarios/fleets.ts';
import { numRuns, path, seed } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';

const mib = 2 ** 20;

/** What the members of every tenant hold, and what its documents are changed to. */
interface Change {
  readonly keys: number;
  readonly dataBytes: number;
  readonly connections: number;
  readonly maxmemoryBytes: number;
  readonly policy: string;
  readonly appendonly: boolean;
  readonly save: string;
  readonly maxclients: string;
  /** Connections of clients on the proxy with the virtual address, and those that a reload has left there. */
  readonly sessions: number;
  readonly kept: number;
  readonly maxConnections: number | undefined;
  /** The member that does not run meanwhile, if any. */
  readonly stopped: number | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  keys: fc.constantFrom(0, 10, 1000),
  dataBytes: fc.constantFrom(0, 20 * mib, 60 * mib, 62 * mib),
  connections: fc.constantFrom(10, 200),
  maxmemoryBytes: fc.constantFrom(16 * mib, 64 * mib, 100 * mib),
  policy: fc.constantFrom('noeviction', 'allkeys-lru', 'volatile-lru'),
  appendonly: fc.boolean(),
  save: fc.constantFrom('', '900 1'),
  maxclients: fc.constantFrom('100', '10000'),
  sessions: fc.constantFrom(0, 40, 80),
  kept: fc.constantFrom(0, 0, 80),
  maxConnections: fc.constantFrom(undefined, 60),
  stopped: fc.constantFrom(undefined, undefined, 0, 1, 2),
});

const harmless = { 'tcp-keepalive': '61' };

async function caseOf(spec: FleetSpec, to: Change): Promise<{ readonly fleet: Fleet; readonly world: World }> {
  const before = fleetOf(spec);
  const world = await convergedWorld(before);
  for (const { redis } of containersOf(world)) {
    if (!redis) continue;
    Object.assign(redis, { keys: to.keys, dataBytes: to.keys ? to.dataBytes : 0, connections: to.connections });
  }
  for (const { haproxy } of proxiesOf(world).filter(({ keepalived }) => keepalived?.state === 'MASTER')) {
    const all = (count: number) => Object.fromEntries(before.tenants.map(({ name }) => [name, count]));
    if (haproxy)
      Object.assign(haproxy, { sessions: all(to.sessions), old: { since: world.now, sessions: all(to.kept) } });
  }
  if (to.stopped !== undefined)
    for (const { members, name } of before.tenants) {
      const member = members[to.stopped];
      const host = world.hosts[member?.host ?? ''];
      if (host) killContainer(host, `${name}-${member?.name}`);
    }
  runToQuiescence(world);
  const config = { ...harmless, 'maxmemory-policy': to.policy, save: to.save, maxclients: to.maxclients };
  const tenants = before.tenants.map((tenant) => ({
    ...tenant,
    redis: { ...tenant.redis, maxmemoryBytes: to.maxmemoryBytes, appendonly: to.appendonly, config },
    expose: tenant.expose && { ...tenant.expose, maxConnections: to.maxConnections ?? tenant.expose.maxConnections },
  }));
  return { fleet: { ...before, tenants }, world };
}

function proxiesOf(world: World) {
  return Object.values(world.hosts).filter(({ haproxy }) => haproxy);
}

/** Limits of connections, in force or on disk for the next reload, that are below the connections that are open. */
function limitsBelowUse(world: World, { sessions, kept }: Change): readonly string[] {
  return Object.entries(world.hosts).flatMap(([host, { haproxy, files }]) => {
    if (!haproxy) return [];
    const onDisk = Object.entries(files).map(([path, { text }]) => [path.slice(path.lastIndexOf('/') + 1), text]);
    return [haproxy.loaded, Object.fromEntries(onDisk)].flatMap((loaded) =>
      [...limitsIn({ ...haproxy, loaded })].flatMap(([tenant, limit]) =>
        limit < sessions + kept ? [`${host}: ${tenant} at most ${limit} connections`] : [],
      ),
    );
  });
}

function containersOf(world: World) {
  return Object.values(world.hosts).flatMap((host) => Object.values(host.containers));
}

/**
 * How the members would harm their tenants as they run, or as redis.conf has it for their next start; and the keys of the masters. While
 * steps go on, a replica that started from an RDB may run without persistence until the append-only file that its redis.conf has is enabled.
 */
function harmIn(world: World, to: Change, when?: 'meanwhile'): readonly string[] {
  const { dataBytes, keys, connections } = to;
  const used = startupBytes + (keys ? dataBytes : 0);
  const members = Object.values(world.hosts).flatMap((host) =>
    Object.values(host.containers).flatMap(({ folder, redis }) => {
      const lines = directives(confFile(host, folder, 'redis.conf')?.text ?? '') ?? [];
      const written = Object.fromEntries(lines.map(([name = '', ...values]) => [name, values.join(' ')]));
      const lost = redis && redis.of === undefined && redis.keys < keys ? [`${folder}: keys evicted`] : [];
      const file: Readonly<Record<string, string>> = { save: '3600 1', appendonly: 'no', ...written };
      const fromRdb = when === 'meanwhile' && redis?.of !== undefined && file['appendonly'] === 'yes';
      const all = [redis ? { ...redis.settings, ...(fromRdb && { appendonly: 'yes' }) } : {}, file];
      const found = all.flatMap(({ maxmemory = '0', save = '', appendonly = 'no', maxclients = '10000' }) => [
        ...(Number(maxmemory) > 0 && used > Number(maxmemory) ? [`${folder}: maxmemory ${maxmemory}`] : []),
        ...(save === '' && appendonly === 'no' && keys && redis ? [`${folder}: no persistence`] : []),
        ...(connections > Number(maxclients) ? [`${folder}: maxclients ${maxclients}`] : []),
      ]);
      return [...lost, ...found];
    }),
  );
  return [...members, ...limitsBelowUse(world, to)];
}

function needsOf(left: readonly Finding[]): readonly Accepted[] {
  return left.flatMap(({ remedy }) => (remedy.by === 'manual' ? (remedy.needsConsent ?? []) : []));
}

function law(name: string, holds: (fleet: Fleet, world: World, to: Change) => Promise<void>): void {
  it(name, async function () {
    this.timeout(60_000 + numRuns * 2000);
    const some = fleetSpec.filter(({ tenants }) => tenants.length > 0);
    const property = fc.asyncProperty(some, change, async (spec, to) => {
      const { fleet, world } = await caseOf(spec, to);
      await holds(fleet, world, to);
    });
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    await fc.assert(property, { numRuns: Math.ceil(numRuns / 2), seed, includeErrorInReport: true, ...replay });
  });
}

describe('laws of consent', () => {
  law('without one, no step harms a tenant, and everything else goes on', async (fleet, world, to) => {
    const before = new Set(harmIn(world, to));
    const harms = new Set<string>();
    const look = (when?: 'meanwhile') => {
      for (const harm of harmIn(world, to, when)) if (!before.has(harm)) harms.add(harm);
    };
    const onStep = () => look('meanwhile');
    const { outcome } = await run(fleet, simulate(world, { onStep }));
    runToQuiescence(world);
    look();
    expect([...harms].join('\n')).to.equal('');
    const left = outcome.left.filter(({ remedy }) => remedy.by !== 'info');
    expect(outcome.result, findingsText(left)).to.equal(left.length ? 'manual' : 'done');
    for (const one of left) expect(needsOf([one]), findingsText([one])).to.not.have.lengthOf(0);
    for (const { redis } of containersOf(world).filter((one) => one.redis))
      expect(redis?.settings).to.include(harmless);
    if (!left.length) expect(violations(world, fleet)).to.deep.equal([]);
  });

  law(
    'with what was asked for, it ends as declared; with another tenant or kind, nothing more is done',
    async (fleet, world) => {
      const { outcome } = await run(fleet, simulate(world));
      const needs = needsOf(outcome.left);
      const others = (Object.keys(consentKinds) as Accepted['kind'][])
        .flatMap((kind) => [...fleet.tenants.map(({ name }) => name), 'other'].map((tenant) => ({ kind, tenant })))
        .filter((one) => !needs.some(({ kind, tenant }) => kind === one.kind && tenant === one.tenant));
      const again = simulate(world);
      const same = await run(fleet, again, undefined, undefined, others);
      expect([same.outcome.result, again.steps]).to.deep.equal([outcome.result, []]);
      const accepted = await run(fleet, simulate(world), undefined, undefined, needs);
      const left = accepted.outcome.left.filter(({ remedy }) => remedy.by !== 'info');
      expect(accepted.outcome.result, findingsText(left)).to.equal('done');
      runToQuiescence(world);
      expect(violations(world, fleet)).to.deep.equal([]);
    },
  );
});
