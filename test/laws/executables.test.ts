import { expect } from 'chai';
import type { DesiredFile } from '../../reconcilers/operations/actions.ts';
import { reveal, Text } from '../../renderers/lib/text.ts';
import { type FleetSpec, fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { run } from '../../simulation/scenarios/start.ts';
import { unpreparedWorld } from '../../simulation/scenarios/worlds.ts';
import { simulate } from '../../simulation/simulated-transport.ts';

/** A file on a host, as the operator writes it. */
interface Written {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
}

/**
 * What a host executes begins with `#!`. execve(2) takes nothing else, and has no shell to fall back on: a shell or LXC that starts such a
 * file has, so that the mistake shows with vzctl, keepalived or systemd only.
 */
describe('files that hosts execute', () => {
  const good: Written = { path: '/e/run', mode: '0755', text: '#!/bin/sh\ntrue\n' };
  const plain: Written = { path: '/e/run', mode: '0644', text: '\n#!/bin/sh\ntrue\n' };

  it('reports one that does not begin with #!', () => {
    expect(faults([good, { ...good, path: '/e/data', mode: '0644', text: 'data' }])).to.deep.equal([]);
    expect(faults([{ ...plain, mode: '0755' }])).to.deep.equal(['/e/run']);
    expect(faults([{ ...plain, mode: '0711' }])).to.deep.equal(['/e/run']);
    for (const text of [
      'exec /bin/sh "/e/$1"',
      `at='/e'; /bin/sh "$at/$1"`,
      '/bin/sh /e/run',
      'ExecStart=-/e/run now',
      'notify_master "/e/run x"',
    ])
      expect(faults([plain, { path: '/f/other', mode: '0644', text }]), text).to.deep.equal(['/e/run']);
  });

  it('reports one that a daemon executes and that has no such mode', () => {
    const unit = { path: '/e/unit', mode: '0644', text: 'ExecStart=/e/run' };
    expect(faults([{ ...good, mode: '0644' }, unit])).to.deep.equal(['/e/run']);
  });

  it('reports one that another script writes', () => {
    expect(faults([{ ...good, text: "#!/bin/sh\nput a <<'END'\n#!/bin/sh\nEND\n" }])).to.deep.equal([]);
    expect(faults([{ ...good, text: "#!/bin/sh\nput a <<'END'\n\n#!/bin/sh\nEND\n" }])).to.deep.equal([
      '/e/run: put a',
    ]);
  });

  const fleets: Readonly<Record<string, FleetSpec>> = {
    lxc: { ...plainFleet, runtime: 'lxc', repositories: 1 },
    openvz: { ...plainFleet, runtime: 'openvz', datapath: 'system' },
    'lxc with kernel datapath, created': { ...plainFleet, runtime: 'lxc', datapath: 'system', adopt: 'create' },
    'openvz with netdev datapath': { ...plainFleet, runtime: 'openvz', datapath: 'netdev' },
  };
  for (const [name, spec] of Object.entries(fleets))
    it(`has none in a fleet from nothing, ${name}`, async () => {
      const fleet = fleetOf(spec);
      const simulation = simulate(unpreparedWorld(fleet));
      const { outcome } = await run(fleet, simulation);
      expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
      const files = writtenBy(simulation.steps);
      expect(files.filter(executable).length).to.be.greaterThan(8);
      expect(faults([...files, ...simulation.scripts.map(asScript)])).to.deep.equal([]);
    }).timeout(60_000);
});

/** A script of an operation: what it writes is looked at, and not the script, which a shell reads from standard input. */
const asScript = (text: string, index: number): Written => ({ path: `operation ${index}`, mode: '0600', text });

/** All files in these actions, wherever they are. */
function writtenBy(value: unknown): readonly Written[] {
  if (typeof value !== 'object' || value === null || value instanceof Text) return [];
  const { path, mode, content } = value as Partial<DesiredFile>;
  if (path !== undefined && mode !== undefined && content instanceof Text)
    return [{ path, mode, text: reveal(content) }];
  return Object.values(value).flatMap(writtenBy);
}

const executable = ({ mode }: Written) => (Number.parseInt(mode, 8) & 0o111) !== 0;
const begins = (text: string) => /^#!\/\S/.test(text);

/** Paths of files, and of files within files, that do not begin with `#!` or cannot be executed, although something executes them. */
function faults(files: readonly Written[]): readonly string[] {
  const started = files.flatMap(({ text }) => startedBy(text));
  const wrong = files.filter((file) => {
    const by = started.filter((one) => one.path.test(file.path));
    const run = executable(file) || by.length > 0;
    return (run && !begins(file.text)) || (by.some(({ executed }) => executed) && !executable(file));
  });
  const inside = files.flatMap(({ path, text }) =>
    [...text.matchAll(/^(.*) <<'(\w+)'\n([\s\S]*?)^\2$/gm)].flatMap(([, command = '', , body = '']) =>
      begins(body) ? [] : [`${path}: ${command}`],
    ),
  );
  return [...new Set([...wrong.map(({ path }) => path), ...inside])];
}

/** The files that a text has started: by a shell, or executed by systemd, LXC, keepalived or vznetcfg. A variable in a path stands for any name. */
function startedBy(text: string): readonly { readonly path: RegExp; readonly executed: boolean }[] {
  const byShell = [...text.matchAll(/\/bin\/sh "?([^\s"']*\/[^\s"']+)/g)];
  const patterns = [
    /^Exec\w+=[-+!@:]*(\/[^\s"']+)/gm,
    /^lxc\.(?:hook\.[\w-]+|net\.\d+\.script\.\w+) = (\/[^\s"']+)/gm,
    /^\s*(?:notify\w*|script) "(\/[^\s"']+)/gm,
    /^EXTERNAL_SCRIPT="([^"]+)"/gm,
  ];
  const executed = patterns.flatMap((one) => [...text.matchAll(one)]);
  return [...byShell, ...executed].map((match, index) => ({
    path: pathOf((match[1] ?? '').replace(/\$(\w+)/g, (word, name) => setTo(text, name) ?? word)),
    executed: index >= byShell.length,
  }));
}

/** The value of a shell variable, if the text sets it to one. */
function setTo(text: string, name: string): string | undefined {
  return new RegExp(`\\b${name}='([^']*)'`).exec(text)?.[1];
}

/** The container's /etc/redis is the directory `conf` of the member on the host. */
function pathOf(words: string): RegExp {
  const names = words.split(/\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${names.join('[^/]+').replace(/^\/etc\/redis\//, '.*/?conf/')}$`);
}
