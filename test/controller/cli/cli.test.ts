import { expect } from 'chai';
import type { CliContext } from '../../../controller/cli/context.ts';
import { type GlobalOptions, runProgram } from '../../../controller/cli/program.ts';
import type { Connections } from '../../../controller/transport/io.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { canary, fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { bareWorld } from '../../../simulation/scenarios/worlds.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import type { World } from '../../../simulation/world.ts';

const fleet = fleetOf(plainFleet);

/** Its one Tenant is no longer declared. */
const emptied: Fleet = { ...fleet, tenants: [] };

interface Stage {
  /** undefined: the documents are not valid. */
  readonly fleets?: readonly Fleet[] | undefined;
  readonly world?: World;
  readonly faults?: Faults;
  readonly aborted?: boolean;
}

/** Runs the program over a world in memory; yields its output and exit code. */
async function reconcile(words: string, stage: Stage = {}) {
  const world = stage.world ?? (await convergedWorld(fleet));
  const simulation = simulate(world, stage.faults);
  const seen = {
    out: '',
    err: '',
    saved: {} as Record<string, string>,
    loads: [] as string[],
    opened: 0,
    closed: 0,
    acted: false,
  };
  const open = (): Connections => {
    seen.opened += 1;
    return {
      reader: simulation.reader,
      executor: () => {
        seen.acted = true;
        return simulation.executor;
      },
      dryRun: async () => ({ result: 'allowed', message: '' }),
      quotaOf: async () => 1000,
      stats: () => ({ sshConnections: { h: 1 }, sshCommands: { h: 1 }, channels: 6, ec2Calls: {}, milliseconds: 60 }),
      close: async () => {
        seen.closed += 1;
      },
    };
  };
  const ignore = () => {};
  const append = (where: 'out' | 'err') => (text: string) => {
    seen[where] += text;
  };
  const context = (_: GlobalOptions): CliContext => ({
    reconcilers,
    clock: simulation.clock,
    load: async (files, secrets) => {
      seen.loads.push(`${files.join()} ${secrets}`);
      return 'fleets' in stage ? stage.fleets : [fleet];
    },
    documents: {
      read: async () =>
        (stage.fleets ?? !('fleets' in stage))
          ? { fleets: stage.fleets ?? [fleet], problems: [] }
          : { fleets: [], problems: ['x.yaml:1:1: wrong; correct it'] },
      fingerprint: async () => 'same',
    },
    open,
    out: append('out'),
    err: append('err'),
    save: async (path, text) => {
      if (path.startsWith('/nope/')) throw new Error('ENOENT: no such file or directory');
      seen.saved[path] = text;
    },
    terminal: undefined,
    signal: stage.aborted ? AbortSignal.abort() : new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  const code = await runProgram(words.split(' ').filter(Boolean), {
    version: '1.2.3',
    context,
    lab: async (rest) => rest.length,
    out: append('out'),
    err: append('err'),
  });
  return { ...seen, code, world, steps: simulation.steps.length };
}

async function broken(change: (world: World) => void): Promise<World> {
  const world = copyOf(await convergedWorld(fleet));
  change(world);
  return world;
}

const containerLost = () => broken((world) => killContainer(world.hosts['redis-2'] ?? never(), 't1-r2'));
const foreignContainer = () =>
  broken((world) => {
    const file = world.hosts['redis-2']?.files['/var/lib/lxc/t1-r2/config'];
    if (file) file.text = '# made by hand\n';
  });
/** Declared with an eviction policy and a limit of 16 Mi, while 1000 keys use 32 Mi. */
async function evicting(): Promise<Stage> {
  const world = await broken(({ hosts }) => {
    for (const { redis } of Object.values(hosts).flatMap((host) => Object.values(host.containers)))
      if (redis) Object.assign(redis, { keys: 1000, dataBytes: 32 * 2 ** 20 });
  });
  const tenants = fleet.tenants.map((tenant) => {
    const config = { ...tenant.redis.config, 'maxmemory-policy': 'allkeys-lru' };
    return { ...tenant, redis: { ...tenant.redis, maxmemoryBytes: 16 * 2 ** 20, config } };
  });
  return { fleets: [{ ...fleet, tenants }], world };
}

const hostUnreachable: Faults = { unreachable: new Set(['redis-2']) };

function never(): never {
  throw new Error('no such host');
}

describe('the command line: exit codes', function () {
  this.timeout(60_000);
  const table: readonly (readonly [string, string, () => Promise<Stage>, number])[] = [
    ['apply -f x', 'in order already', async () => ({}), 0],
    ['-f x', 'apply is the default; from nothing', async () => ({ world: bareWorld(fleet) }), 0],
    ['apply -f x', 'something to repair', async () => ({ world: await containerLost() }), 0],
    ['apply -f x', 'manual action is required', async () => ({ world: await foreignContainer() }), 2],
    ['apply -f x', 'a host unreachable', async () => ({ faults: hostUnreachable }), 3],
    ['apply -f x', 'EC2 silent', async () => ({ faults: { ec2Silent: true } }), 3],
    ['apply -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['apply -f x --timeout 1s', 'no time', async () => ({ world: bareWorld(fleet) }), 2],
    ['apply -f x', 'interrupted', async () => ({ world: bareWorld(fleet), aborted: true }), 2],
    ['watch -f x', 'ended by a signal', async () => ({ aborted: true }), 0],
    ['watch -f x', 'documents not valid at the start', async () => ({ fleets: undefined }), 2],
    ['watch -f -', 'standard input, which can be read only once', async () => ({}), 2],
    ['watch -f x --interval 10ms', 'an interval that is too short', async () => ({}), 2],
    ['plan -f x', 'in order', async () => ({}), 0],
    ['plan -f x', 'differs', async () => ({ world: await containerLost() }), 1],
    ['plan -f x', 'manual action is required', async () => ({ world: await foreignContainer() }), 1],
    ['plan -f x', 'a host unreachable', async () => ({ faults: hostUnreachable }), 3],
    ['plan -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['plan -f x -o json', 'as JSON', async () => ({}), 0],
    ['plan -f x --prune', 'a Tenant is no longer declared', async () => ({ fleets: [emptied] }), 1],
    ['plan -f x', 'a Tenant is no longer declared, without --prune', async () => ({ fleets: [emptied] }), 0],
    ['apply -f x --prune', 'no Tenant is declared', async () => ({ fleets: [emptied] }), 2],
    ['apply -f x --prune --allow-empty', 'no Tenant is declared, as intended', async () => ({ fleets: [emptied] }), 0],
    [
      'apply -f x --prune --allow-empty --max-deletes 0',
      'more than --max-deletes',
      async () => ({ fleets: [emptied] }),
      2,
    ],
    [
      'apply -f x --prune --allow-empty',
      'a host unreachable',
      async () => ({ fleets: [emptied], faults: hostUnreachable }),
      3,
    ],
    ['apply -f x', 'keys would be evicted', async () => evicting(), 2],
    ['apply -f x --accept evict=t1', 'keys would be evicted, which is accepted', async () => evicting(), 0],
    [
      'apply -f x --accept writes=t1',
      'keys would be evicted, and something else is accepted',
      async () => evicting(),
      2,
    ],
    ['plan -f x', 'keys would be evicted', async () => evicting(), 1],
    ['drift -f x', 'keys would be evicted', async () => evicting(), 1],
    ['apply -f x --accept evict=t1 --accept writes=t1,disk=t1', 'nothing of it is needed', async () => ({}), 0],
    ['apply -f x --accept evict', 'no tenant is accepted', async () => ({}), 2],
    ['apply -f x --accept evicts=t1', 'an unknown kind is accepted', async () => ({}), 2],
    ['apply -f x --accept evict=t9', 'an unknown tenant is accepted', async () => ({}), 2],
    ['plan -f x --accept evict=t9', 'an unknown tenant is accepted', async () => ({}), 2],
    ['watch -f x --accept evict=t1', 'a watch accepts nothing', async () => ({ aborted: true }), 2],
    ['apply -f x --max-deletes 2', 'a limit without --prune', async () => ({}), 2],
    ['apply -f x --prune --max-deletes all', 'not a number', async () => ({}), 2],
    ['drift -f x', 'in order', async () => ({}), 0],
    ['drift -f x', 'differs', async () => ({ world: await containerLost() }), 1],
    ['drift -f x', 'manual action is required', async () => ({ world: await foreignContainer() }), 1],
    ['drift -f x', 'a host unreachable', async () => ({ faults: hostUnreachable }), 3],
    ['drift -f x', 'EC2 silent', async () => ({ faults: { ec2Silent: true } }), 3],
    ['drift -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['drift -f x -o junit', 'as JUnit', async () => ({}), 0],
    ['drift -f x -o junit=/nope/d.xml', 'a file that cannot be written', async () => ({}), 2],
    ['drift -f x -o sarif', 'an unknown format', async () => ({}), 2],
    ['drift -f x -o junit=', 'a file without a name', async () => ({}), 2],
    ['drift -f x -o json -o junit', 'two reports on standard output', async () => ({}), 2],
    ['validate -f x', 'valid', async () => ({}), 0],
    ['validate -f x', 'not valid', async () => ({ fleets: undefined }), 2],
    ['get -f x', 'all states known', async () => ({}), 0],
    ['get -f x', 'EC2 silent', async () => ({ faults: { ec2Silent: true } }), 3],
    ['get -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['plan', 'no documents named', async () => ({}), 2],
    ['', 'no arguments', async () => ({}), 2],
    ['plna -f x', 'a command mistyped', async () => ({}), 2],
    ['plan -f x -o xml', 'an unknown format', async () => ({}), 2],
    ['apply -f x --timeout soon', 'no duration', async () => ({}), 2],
    ['apply -f x --dry-run', 'an unknown option', async () => ({}), 2],
    ['--version', 'the version', async () => ({}), 0],
    ['--help', 'help', async () => ({}), 0],
    ['lab up now', 'the lab has its own command line', async () => ({}), 2],
  ];
  for (const [words, when, stage, code] of table)
    it(`${code}: reconcile ${words} (${when})`, async () => {
      const { code: have, out, err } = await reconcile(words, await stage());
      expect(have, `${out}\n${err}`).to.equal(code);
    });
});

describe('the command line: what it does', function () {
  this.timeout(60_000);

  it('plan, drift, get and validate never get an executor', async () => {
    for (const words of ['plan -f x', 'drift -f x -o json', 'get -f x', 'get -f x -o yaml', 'validate -f x']) {
      const { acted, steps } = await reconcile(words, { world: await containerLost() });
      expect([acted, steps], words).to.deep.equal([false, 0]);
    }
  });

  it('nothing is contacted when the documents are not valid, or are only to be checked', async () => {
    for (const words of ['apply -f x', 'plan -f x', 'drift -f x', 'get -f x'])
      expect(await reconcile(words, { fleets: undefined })).to.include({ opened: 0, out: '' });
    const { opened, loads } = await reconcile('validate -f a -f b');
    expect(opened).to.equal(0);
    expect(loads).to.deep.equal(['a,b ignore']);
  });

  it('a log that cannot be written is reported as an error of the caller', async () => {
    let printed = '';
    const code = await runProgram(['plan', '-f', 'x', '--log-file', '/nope/log'], {
      version: '0',
      context: () => {
        throw new Error("ENOENT: no such file or directory, open '/nope/log'");
      },
      lab: async () => 0,
      out: () => {},
      err: (text) => {
        printed += text;
      },
    });
    expect(code).to.equal(2);
    expect(printed).to.equal(
      "cannot log to /nope/log (ENOENT: no such file or directory, open '/nope/log'): name a writable file\n",
    );
  });

  it('all connections that were opened are closed, whatever happens', async () => {
    for (const words of ['apply -f x', 'plan -f x', 'drift -f x', 'get -f x'])
      for (const faults of [{}, hostUnreachable, { ec2Silent: true }]) {
        const { opened, closed } = await reconcile(words, { faults });
        expect([opened, closed]).to.deep.equal([1, 1]);
      }
  });

  it('plan shows the findings, the steps, and the cost of the pass', async () => {
    const { out } = await reconcile('plan -f x', { world: await containerLost() });
    expect(out).to.match(/^lawful: \d+ findings/);
    expect(out).to.contain('container/t1-r2');
    expect(out).to.contain('start container t1-r2');
    expect(out).to.match(
      /^Observed 1 host in 0\.1 s: 1 SSH connection, 1 command, 6 forwarded channels, 0 EC2 calls\.$/m,
    );
  });

  it('plan --prune marks what would be removed, in text and in JSON', async () => {
    const text = await reconcile('plan -f x --prune --allow-empty', { fleets: [emptied] });
    expect(text.out).to.match(/^lawful: \d+ findings: \d+ to remove, 1 waiting\n/);
    expect(text.out).to.contain('  redis-1: retire member t1-r1: stop it and keep its data  (removes tenant t1)\n');
    expect(text.out).to.contain('  x container on redis-1: RUNNING -> absent; removed with tenant t1\n');
    const json = await reconcile('plan -f x --prune --allow-empty -o json', { fleets: [emptied] });
    const { steps } = JSON.parse(json.out) as { steps: readonly { removes?: string }[] };
    expect([...new Set(steps.map(({ removes }) => removes))]).to.deep.equal(['tenant t1']);
    expect([text.acted, json.acted]).to.deep.equal([false, false]);
  });

  it('plan as JSON is data, and holds no secret', async () => {
    const { out } = await reconcile('plan -f x -o json', { world: bareWorld(fleet) });
    const plan = JSON.parse(out) as { cluster: string; steps: readonly object[]; findings: readonly object[] };
    expect(plan.cluster).to.equal('lawful');
    expect(plan.steps.length).to.be.greaterThan(5);
    expect(out).not.to.contain(canary);
  });

  it('drift writes every view of one pass, each to its own file', async () => {
    const words = 'drift -f x -o text -o json=a.json -o junit=b.xml -o markdown=c.md';
    const { out, saved, opened, code } = await reconcile(words, { world: await containerLost() });
    expect([code, opened]).to.deep.equal([1, 1]);
    expect(out).to.match(/^lawful: differs from the documents: \d+ critical/);
    expect(Object.keys(saved)).to.deep.equal(['a.json', 'b.xml', 'c.md']);
    const { items } = JSON.parse(saved['a.json'] ?? '') as { items: readonly { findings: readonly object[] }[] };
    const ids = items[0]?.findings.map((one) => (one as { id: string }).id) ?? [];
    expect(ids.length).to.be.greaterThan(0);
    for (const id of ids) expect(saved['b.xml']).to.contain(id);
  });

  it('a drift report that cannot be written is an error, and the others are written', async () => {
    const { err, saved } = await reconcile('drift -f x -o json=/nope/a.json -o junit=b.xml');
    expect(err).to.equal(
      'cannot write /nope/a.json (ENOENT: no such file or directory): name a file in an existing, writable folder\n',
    );
    expect(Object.keys(saved)).to.deep.equal(['b.xml']);
  });

  it('drift holds no secret in any view', async () => {
    for (const format of ['text', 'json', 'junit', 'markdown'])
      expect((await reconcile(`drift -f x -o ${format}`, { world: bareWorld(fleet) })).out).not.to.contain(canary);
  });

  it('several Clusters are one document, or follow each other', async () => {
    const other = { ...fleet, cluster: { ...fleet.cluster, name: 'second' } };
    const two = async (format: string) => (await reconcile(`drift -f x -o ${format}`, { fleets: [fleet, other] })).out;
    expect(await two('text')).to.match(/^lawful: [\s\S]*\n\nsecond: /);
    expect(JSON.parse(await two('json')).items.map((one: { cluster: string }) => one.cluster)).to.deep.equal([
      'lawful',
      'second',
    ]);
    expect((await two('junit')).match(/<testsuites>/g)).to.have.length(1);
    expect((await two('markdown')).match(/^## Drift of/gm)).to.have.length(2);
  });

  it('apply prints each step as it is done, and how it ended', async () => {
    const world = await containerLost();
    runToQuiescence(world);
    const { out } = await reconcile('apply -f x', { world });
    expect(out).to.contain('lawful: redis-2: start container t1-r2');
    expect(out).to.match(/lawful: in order \(1 step done in \d+ passes\)\n$/);
  });

  it('what would harm is shown with its numbers and the option to type, in every output, and done only if that is passed', async () => {
    const keysOf = ({ hosts }: World) =>
      Math.max(
        ...Object.values(hosts)
          .flatMap((one) => Object.values(one.containers))
          .map(({ redis }) => redis?.keys ?? 0),
      );
    const words =
      'Redis evicts about 527 of 1000 keys: 33 Mi are used, 17 Mi more than maxmemory. It is not done unless you accept that: apply --accept evict=t1';
    for (const command of ['plan -f x', 'apply -f x', 'drift -f x', 'drift -f x -o junit', 'drift -f x -o json']) {
      const { out, world } = await reconcile(command, await evicting());
      expect(out, command).to.contain(words);
      expect(keysOf(world), command).to.equal(1000);
    }
    const { out } = await reconcile('plan -f x -o json', await evicting());
    const { findings } = JSON.parse(out) as {
      findings: readonly { remedy: { by: string; needsConsent?: object[] } }[];
    };
    expect(findings[0]?.remedy).to.deep.include({ by: 'manual', needsConsent: [{ kind: 'evict', tenant: 't1' }] });
    const { out: shown } = await reconcile('plan -f x --accept evict=t1', await evicting());
    expect(shown).to.contain('set maxmemory 16777216, maxmemory-policy allkeys-lru on t1-r1');
    const { world } = await reconcile('apply -f x --accept evict=t1', await evicting());
    expect(world.hosts['redis-1']?.containers['t1-r1']?.redis).to.include({ keys: 473 });
  });

  it('watch accepts nothing', async () => {
    const { err, opened } = await reconcile('watch -f x --accept evict=t1');
    expect(err).to.contain('watch accepts nothing').and.contain('reconcile apply --accept');
    expect(opened).to.equal(0);
  });

  it('accepting what does not exist names what there is', async () => {
    expect((await reconcile('apply -f x --accept evicts=t1')).err).to.contain(
      'did you mean evict? There are connections, disk, downtime, evict, persistence, writes',
    );
    const { err, opened } = await reconcile('apply -f x --accept evict=t9');
    expect(err).to.equal(
      '--accept evict=t9: these documents declare no Tenant t9; they declare t1; nothing was done\n',
    );
    expect(opened).to.equal(0);
  });

  it('get shows who is master', async () => {
    const { out } = await reconcile('get -f x');
    expect(out).to.match(/t1 +.*r1/);
  });

  it('suggests the command that was probably meant', async () => {
    expect((await reconcile('plann -f x')).err).to.contain('did you mean plan?');
  });
});

describe('the command line: what is paused', function () {
  this.timeout(60_000);
  const pause = (world: World, ms = 60_000) => ({ until: simulate(world).clock.now() + ms, reason: 'moving racks' });
  const tenantPaused = (world: World): Fleet => {
    return { ...fleet, tenants: fleet.tenants.map((one) => ({ ...one, paused: pause(world) })) };
  };
  const pairPaused = (world: World): Fleet => {
    return { ...fleet, proxyPairs: fleet.proxyPairs.map((one) => ({ ...one, paused: pause(world) })) };
  };
  const clusterPaused = (world: World, ms?: number): Fleet => {
    return { ...fleet, cluster: { ...fleet.cluster, paused: pause(world, ms) } };
  };
  const words =
    /is paused until .* UTC \(moving racks\)\. Wait until then, or take spec\.paused out of its document\n$/;

  for (const [command, declared] of [
    ['failover t1 -f x', tenantPaused],
    ['failover t1 -f x', clusterPaused],
    ['restart t1 -f x', tenantPaused],
    ['restart t1 -f x --dry-run', tenantPaused],
    ['delete -f x', clusterPaused],
    ['delete -f x --confirm lawful', clusterPaused],
    ['delete -f x --confirm lawful', tenantPaused],
    ['delete -f x --confirm lawful', pairPaused],
  ] as const)
    it(`${command} of a ${declared.name} is refused in words, and nothing is contacted`, async () => {
      const world = await containerLost();
      const { code, err, out, opened, steps } = await reconcile(command, { world, fleets: [declared(world)] });
      expect([code, opened, steps, out]).to.deep.equal([2, 0, 0, '']);
      expect(err).to.match(words).and.contain('nothing was done');
    });

  it('a master is handed over while only the pair is paused, or once a pause is over', async () => {
    for (const declared of [pairPaused, (world: World) => clusterPaused(world, -1)]) {
      const world = await broken(() => {});
      const { code, out, err } = await reconcile('failover t1 -f x', { world, fleets: [declared(world)] });
      expect(code, out + err).to.equal(0);
    }
  });

  it('is no difference to plan and drift, which show what apply would do', async () => {
    for (const command of ['plan -f x', 'drift -f x']) {
      const world = await containerLost();
      const { code, out } = await reconcile(command, { world, fleets: [tenantPaused(world)] });
      expect(code, out).to.equal(0);
      expect(out).to.contain('(moving racks): apply would do this: redis-2: start container t1-r2');
    }
  });

  it('get shows what clients get, and that it is paused', async () => {
    const world = await broken(() => {});
    for (const declared of [tenantPaused, clusterPaused]) {
      const stage = { world, fleets: [declared(world)] };
      expect((await reconcile('get -f x', stage)).out).to.match(/ True .* AllInOrder \(paused\)\n$/);
      expect((await reconcile('get -f x -o wide', stage)).out).to.match(/; paused until .* UTC \(moving racks\)\n$/);
      const { items } = JSON.parse((await reconcile('get -f x -o json', stage)).out);
      expect(items[0].status.paused).to.have.keys(['until', 'reason']).and.include({ reason: 'moving racks' });
      expect(Date.parse(items[0].status.paused.until)).to.be.greaterThan(0);
    }
    expect((await reconcile('get -f x', { world, fleets: [pairPaused(world)] })).out).not.to.contain('paused');
    expect((await reconcile('get -f x -o json', { world })).out).not.to.contain('paused');
  });
});
