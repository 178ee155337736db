#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fleet } from '../crds/fleet.ts';
import { issueText } from '../crds/issue.ts';
import { loadDocuments } from '../crds/load.ts';
import { reconcilers } from '../reconcilers/index.ts';
import { systemClock } from './adapters/clock.ts';
import { openEc2, readEc2, writeEc2 } from './adapters/ec2.ts';
import { consolesOf } from './adapters/ec2-console.ts';
import { filesPrint } from './adapters/file-prints.ts';
import { type OpenLog, openLog } from './adapters/log.ts';
import { openRedis } from './adapters/redis.ts';
import { secretsFrom } from './adapters/secrets.ts';
import { openSsh } from './adapters/ssh.ts';
import { readSources } from './adapters/yaml-files.ts';
import { type GlobalOptions, runProgram } from './cli/program.ts';
import { actuatorsOver, sensesOver } from './media.ts';
import type { Documents, OpenWorld, Shell } from './shell.ts';

type Read = Awaited<ReturnType<Documents['read']>>;

/** The composition root, and the edge of the process: the one place that knows every adapter. */
async function main(words: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const interrupt = (): void => {
    // Once: a second signal, be it the other one, ends the process where it is, which the next run mends.
    for (const name of signals) process.off(name, interrupt);
    interrupted.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  return runProgram(words, {
    version: versionOf(),
    shell: (options) => shellFor(options, interrupted.signal),
    lab: async (rest) => (await import('../lab/main.ts')).runLab(rest),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
}

function shellFor(options: GlobalOptions, signal: AbortSignal): Shell {
  const log = openLog({ level: options.logLevel, ...(options.logFile === undefined ? {} : { file: options.logFile }) });
  return {
    reconcilers,
    clock: systemClock,
    load: (files, secrets) => load(files, secrets, log),
    documents: { read: (files) => read(files, 'resolve', log), print: filesPrint },
    open: (fleet) => openWorld(fleet, log),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    save: (path, text) => writeFile(path, text),
    terminal: process.stdout.isTTY ? { columns: process.stdout.columns } : undefined,
    signal,
    log,
  };
}

async function load(
  files: readonly string[],
  secrets: 'resolve' | 'ignore',
  log: OpenLog,
): Promise<readonly Fleet[] | undefined> {
  const { fleets, problems } = await read(files, secrets, log);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length ? undefined : fleets;
}

async function read(files: readonly string[], secrets: 'resolve' | 'ignore', log: OpenLog): Promise<Read> {
  const { sources, problems } = await readSources(files, process.stdin);
  if (problems.length)
    return { fleets: [], problems: problems.map(({ path, problem, remedy }) => `${path}: ${problem}; ${remedy}`) };
  const reader = secrets === 'ignore' ? secrets : secretsFrom(process.env, process.cwd());
  const { fleets, issues } = loadDocuments(sources, reader);
  log.hide(fleets.flatMap((fleet) => fleet.tenants.map((tenant) => tenant.password)));
  return { fleets, problems: issues.map(issueText) };
}

function openWorld({ cluster }: Fleet, log: OpenLog): OpenWorld {
  const begun = systemClock.now();
  const ec2 = openEc2(cluster.aws);
  const ssh = openSsh(cluster.ssh, { log, readConsole: consolesOf(ec2) });
  const resp = openRedis((target, address, port, timeoutMs) => ssh.channel(target, address, port, timeoutMs), { log });
  return {
    senses: sensesOver(ssh, readEc2(ec2), resp, cluster.ssh),
    actuators: () => actuatorsOver(ssh, writeEc2(ec2), resp),
    effort: () => {
      const hosts = [...ssh.counters()];
      return {
        sshConnections: Object.fromEntries(hosts.map(([host, { connections }]) => [host, connections])),
        sshCommands: Object.fromEntries(hosts.map(([host, { commands }]) => [host, commands])),
        channels: hosts.reduce((sum, [, { channels }]) => sum + channels, 0),
        ec2Calls: Object.fromEntries([...ec2.counters].map(([action, { calls }]) => [action, calls])),
        milliseconds: systemClock.now() - begun,
      };
    },
    close: async () => void (await Promise.all([ssh.close(), ec2.close()])),
  };
}

function versionOf(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    try {
      return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
    } catch (error) {
      if (folder === dirname(folder)) throw error;
      folder = dirname(folder);
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const detail =
    error instanceof Error ? (process.env['RECONCILE_TRACE'] ? error.stack : error.message) : String(error);
  process.stderr.write(
    `reconcile: ${detail}\nThis is a fault of the program. Set RECONCILE_TRACE=1 to see where it happened.\n`,
  );
  process.exitCode = 2;
}
