import { expect } from 'chai';
import { type GlobalOptions, runProgram } from '../../controller/cli/program.ts';
import type { OpenWorld, Shell } from '../../controller/shell.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { copyOf } from '../../reconcilers/model/copy.ts';
import { loseBox } from '../../reconcilers/model/lxc.ts';
import { settle } from '../../reconcilers/model/tick.ts';
import type { World } from '../../reconcilers/model/world.ts';
import { canary, fleetOf, plainFleet } from '../support/fleets.ts';
import { type Faults, simulate } from '../support/simulated-world.ts';
import { convergedWorld } from '../support/start.ts';
import { bareWorld } from '../support/worlds.ts';

const fleet = fleetOf(plainFleet);

/** Its one Tenant left the documents. */
const emptied: Fleet = { ...fleet, tenants: [] };

interface Stage {
  /** undefined: the documents are not valid. */
  readonly fleets?: readonly Fleet[] | undefined;
  readonly world?: World;
  readonly faults?: Faults;
  readonly aborted?: boolean;
}

/** The program, its words and its exit code, over a world in memory. */
async function reconcile(words: string, stage: Stage = {}) {
  const world = stage.world ?? (await convergedWorld(fleet));
  const simulation = simulate(world, stage.faults);
  const told = {
    out: '',
    err: '',
    saved: {} as Record<string, string>,
    loads: [] as string[],
    opened: 0,
    closed: 0,
    acted: false,
  };
  const open = (): OpenWorld => {
    told.opened += 1;
    return {
      senses: simulation.senses,
      actuators: () => {
        told.acted = true;
        return simulation.actuators;
      },
      effort: () => ({ sshConnections: { h: 1 }, sshCommands: { h: 1 }, channels: 6, ec2Calls: {}, milliseconds: 60 }),
      close: async () => {
        told.closed += 1;
      },
    };
  };
  const quiet = () => {};
  const say = (where: 'out' | 'err') => (text: string) => {
    told[where] += text;
  };
  const shell = (_: GlobalOptions): Shell => ({
    reconcilers,
    clock: simulation.clock,
    load: async (files, secrets) => {
      told.loads.push(`${files.join()} ${secrets}`);
      return 'fleets' in stage ? stage.fleets : [fleet];
    },
    documents: {
      read: async () =>
        (stage.fleets ?? !('fleets' in stage))
          ? { fleets: stage.fleets ?? [fleet], problems: [] }
          : { fleets: [], problems: ['x.yaml:1:1: wrong; right it'] },
      print: async () => 'same',
    },
    open,
    out: say('out'),
    err: say('err'),
    save: async (path, text) => {
      if (path.startsWith('/nope/')) throw new Error('ENOENT: no such file or directory');
      told.saved[path] = text;
    },
    terminal: undefined,
    signal: stage.aborted ? AbortSignal.abort() : new AbortController().signal,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const code = await runProgram(words.split(' ').filter(Boolean), {
    version: '1.2.3',
    shell,
    lab: async (rest) => rest.length,
    out: say('out'),
    err: say('err'),
  });
  return { ...told, code, world, steps: simulation.steps.length };
}

async function broken(change: (world: World) => void): Promise<World> {
  const world = copyOf(await convergedWorld(fleet));
  change(world);
  return world;
}

const containerLost = () => broken((world) => loseBox(world.hosts['redis-2'] ?? never(), 't1-r2'));
const strangerInTheWay = () =>
  broken((world) => {
    const file = world.hosts['redis-2']?.files['/var/lib/lxc/t1-r2/config'];
    if (file) file.text = '# made by hand\n';
  });
const hostCut: Faults = { unreachable: new Set(['redis-2']) };

function never(): never {
  throw new Error('no such host');
}

describe('the command line: exit codes', function () {
  this.timeout(60_000);
  const table: readonly (readonly [string, string, () => Promise<Stage>, number])[] = [
    ['apply -f x', 'in order already', async () => ({}), 0],
    ['-f x', 'apply is what is meant; from nothing', async () => ({ world: bareWorld(fleet) }), 0],
    ['apply -f x', 'something to mend', async () => ({ world: await containerLost() }), 0],
    ['apply -f x', 'a person is needed', async () => ({ world: await strangerInTheWay() }), 2],
    ['apply -f x', 'a host cut off', async () => ({ faults: hostCut }), 3],
    ['apply -f x', 'EC2 silent', async () => ({ faults: { ec2Silent: true } }), 3],
    ['apply -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['apply -f x --timeout 1s', 'no time', async () => ({ world: bareWorld(fleet) }), 2],
    ['apply -f x', 'interrupted', async () => ({ world: bareWorld(fleet), aborted: true }), 2],
    ['watch -f x', 'told to end', async () => ({ aborted: true }), 0],
    ['watch -f x', 'documents not valid at the start', async () => ({ fleets: undefined }), 2],
    ['watch -f -', 'standard input, which can be read once only', async () => ({}), 2],
    ['watch -f x --interval 10ms', 'an interval that would do nothing else', async () => ({}), 2],
    ['plan -f x', 'in order', async () => ({}), 0],
    ['plan -f x', 'differs', async () => ({ world: await containerLost() }), 1],
    ['plan -f x', 'a person is needed', async () => ({ world: await strangerInTheWay() }), 1],
    ['plan -f x', 'a host cut off', async () => ({ faults: hostCut }), 3],
    ['plan -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['plan -f x -o json', 'as JSON', async () => ({}), 0],
    ['plan -f x --prune', 'a Tenant left', async () => ({ fleets: [emptied] }), 1],
    ['plan -f x', 'a Tenant left, and nobody asks to remove it', async () => ({ fleets: [emptied] }), 0],
    ['apply -f x --prune', 'no Tenant left', async () => ({ fleets: [emptied] }), 2],
    ['apply -f x --prune --allow-empty', 'no Tenant left, as meant', async () => ({ fleets: [emptied] }), 0],
    ['apply -f x --prune --allow-empty --max-deletes 0', 'one too many', async () => ({ fleets: [emptied] }), 2],
    ['apply -f x --prune --allow-empty', 'a host cut off', async () => ({ fleets: [emptied], faults: hostCut }), 3],
    ['apply -f x --max-deletes 2', 'nothing asked for that it limits', async () => ({}), 2],
    ['apply -f x --prune --max-deletes all', 'not a number', async () => ({}), 2],
    ['drift -f x', 'in order', async () => ({}), 0],
    ['drift -f x', 'differs', async () => ({ world: await containerLost() }), 1],
    ['drift -f x', 'a person is needed', async () => ({ world: await strangerInTheWay() }), 1],
    ['drift -f x', 'a host cut off', async () => ({ faults: hostCut }), 3],
    ['drift -f x', 'EC2 silent', async () => ({ faults: { ec2Silent: true } }), 3],
    ['drift -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['drift -f x -o junit', 'as JUnit', async () => ({}), 0],
    ['drift -f x -o junit=/nope/d.xml', 'a file that cannot be written', async () => ({}), 2],
    ['drift -f x -o sarif', 'a format that is not there', async () => ({}), 2],
    ['drift -f x -o junit=', 'a file without a name', async () => ({}), 2],
    ['drift -f x -o json -o junit', 'two reports on standard output', async () => ({}), 2],
    ['validate -f x', 'valid', async () => ({}), 0],
    ['validate -f x', 'not valid', async () => ({ fleets: undefined }), 2],
    ['get -f x', 'all seen', async () => ({}), 0],
    ['get -f x', 'EC2 silent', async () => ({ faults: { ec2Silent: true } }), 3],
    ['get -f x', 'documents not valid', async () => ({ fleets: undefined }), 2],
    ['plan', 'no documents named', async () => ({}), 2],
    ['', 'nothing at all', async () => ({}), 2],
    ['plna -f x', 'a command mistyped', async () => ({}), 2],
    ['plan -f x -o xml', 'a format that is not there', async () => ({}), 2],
    ['apply -f x --timeout soon', 'no duration', async () => ({}), 2],
    ['apply -f x --dry-run', 'an option that is not there', async () => ({}), 2],
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

  it('plan, drift, get and validate are never handed what changes the world', async () => {
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

  it('a log that cannot be written is the caller’s mistake, and told as such', async () => {
    let told = '';
    const code = await runProgram(['plan', '-f', 'x', '--log-file', '/nope/log'], {
      version: '0',
      shell: () => {
        throw new Error("ENOENT: no such file or directory, open '/nope/log'");
      },
      lab: async () => 0,
      out: () => {},
      err: (text) => {
        told += text;
      },
    });
    expect(code).to.equal(2);
    expect(told).to.equal(
      "cannot log to /nope/log (ENOENT: no such file or directory, open '/nope/log'): name a file that can be written\n",
    );
  });

  it('every world that was opened is closed, whatever happens', async () => {
    for (const words of ['apply -f x', 'plan -f x', 'drift -f x', 'get -f x'])
      for (const faults of [{}, hostCut, { ec2Silent: true }]) {
        const { opened, closed } = await reconcile(words, { faults });
        expect([opened, closed]).to.deep.equal([1, 1]);
      }
  });

  it('plan shows the findings, the steps, and what it cost to look', async () => {
    const { out } = await reconcile('plan -f x', { world: await containerLost() });
    expect(out).to.match(/^lawful: \d+ findings/);
    expect(out).to.contain('container/t1-r2');
    expect(out).to.contain('start container t1-r2');
    expect(out).to.match(/Looked at 1 hosts? in 0.1 s/);
  });

  it('plan --prune marks what would be removed, in text and in JSON', async () => {
    const text = await reconcile('plan -f x --prune --allow-empty', { fleets: [emptied] });
    expect(text.out).to.match(/^lawful: \d+ findings: \d+ to remove\n/);
    expect(text.out).to.contain('  redis-1: retire member t1-r1: stop it, and keep its data  (removes tenant t1)\n');
    expect(text.out).to.contain('  x container on redis-1: there, and ours (RUNNING), should be declared by nobody');
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

  it('drift gives every view of one look, each where it is wanted', async () => {
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

  it('a drift report that cannot be written is an error, and keeps no other from being written', async () => {
    const { err, saved } = await reconcile('drift -f x -o json=/nope/a.json -o junit=b.xml');
    expect(err).to.equal(
      'cannot write /nope/a.json (ENOENT: no such file or directory): name a file in a folder that is there and can be written\n',
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

  it('apply tells each step as it is done, and how it ended', async () => {
    const world = await containerLost();
    settle(world);
    const { out } = await reconcile('apply -f x', { world });
    expect(out).to.contain('lawful: redis-2: start container t1-r2');
    expect(out).to.match(/lawful: in order \(1 step done in \d+ passes\)\n$/);
  });

  it('get shows who is master', async () => {
    const { out } = await reconcile('get -f x');
    expect(out).to.match(/t1 +.*r1/);
  });

  it('says what was probably meant', async () => {
    expect((await reconcile('plann -f x')).err).to.contain('did you mean plan?');
  });
});
