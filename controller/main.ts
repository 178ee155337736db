#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fleet } from '../crds/fleet.ts';
import { issueText } from '../crds/issue.ts';
import { loadDocuments } from '../crds/load/load.ts';
import { secretsOf } from '../crds/secret.ts';
import { reconcilers } from '../reconcilers/index.ts';
import { statementsAllowing } from '../renderers/iam/allowing.ts';
import { systemClock } from './adapters/clock.ts';
import { consolesOf } from './adapters/ec2/console.ts';
import { dryRunEc2 } from './adapters/ec2/dry-run.ts';
import { openEc2, readEc2, writeEc2 } from './adapters/ec2/ec2.ts';
import { readQuotas } from './adapters/ec2/quotas.ts';
import { filesFingerprint } from './adapters/files/fingerprint.ts';
import { filePieces } from './adapters/files/pieces.ts';
import { secretsFrom } from './adapters/files/secrets.ts';
import { readSources } from './adapters/files/yaml-files.ts';
import { type OpenLog, openLog } from './adapters/log.ts';
import { openRedis } from './adapters/redis/redis.ts';
import { openSsh } from './adapters/ssh/ssh.ts';
import type { CliContext } from './cli/context.ts';
import { exit } from './cli/exit-code.ts';
import { type GlobalOptions, runProgram } from './cli/program.ts';
import type { Connections } from './transport/io.ts';
import { executorOver, factReaderOver } from './transport/transport.ts';
import type { Documents } from './watching/document-watcher.ts';

type Read = Awaited<ReturnType<Documents['read']>>;

/** The composition root, and the edge of the process: the one place that knows every adapter. */
async function main(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const interrupt = (): void => {
    // Once: a second signal, be it the other one, ends the process where it is; the next run continues from there.
    for (const name of signals) process.off(name, interrupt);
    interrupted.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', readerGone(argv.includes('watch'), interrupt));
  return runProgram(argv, {
    version: versionOf(),
    context: (options) => contextFor(options, interrupted.signal),
    lab: async (rest) => (await import('../lab/main.ts')).runLab(rest),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
}

/**
 * Whoever read the output has closed the pipe, as `head` does. An apply goes on, because what it has begun is better finished; a watch, which
 * nobody reads any more, ends.
 */
function readerGone(isWatch: boolean, interrupt: () => void) {
  return (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    if (isWatch) interrupt();
  };
}

function contextFor(options: GlobalOptions, signal: AbortSignal): CliContext {
  const log = openLog({ level: options.logLevel, ...(options.logFile === undefined ? {} : { file: options.logFile }) });
  return {
    reconcilers,
    clock: systemClock,
    load: (files, secrets) => load(files, secrets, log),
    documents: { read: (files) => read(files, 'resolve', log), fingerprint: filesFingerprint },
    open: (fleet) => connect(fleet, log),
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
  log.hide(fleets.flatMap(secretsOf));
  return { fleets, problems: issues.map(issueText) };
}

function connect(fleet: Fleet, log: OpenLog): Connections {
  const { cluster } = fleet;
  const begun = systemClock.now();
  const ec2 = openEc2({
    ...cluster.aws,
    zones: cluster.network.subnets.map(({ zone }) => zone),
    statementsFor: (action, resource) => statementsAllowing(fleet, action, resource),
  });
  const ssh = openSsh(cluster.ssh, { log, readConsole: consolesOf(ec2) });
  const resp = openRedis((target, address, port, timeoutMs) => ssh.channel(target, address, port, timeoutMs), { log });
  return {
    reader: factReaderOver(ssh, readEc2(ec2), resp, cluster.ssh),
    executor: () => executorOver(ssh, writeEc2(ec2), resp, filePieces),
    dryRun: dryRunEc2(ec2),
    quotaOf: readQuotas(ec2),
    stats: () => {
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
    `reconcile: ${detail}\nThis is a bug. For a stack trace: NODE_OPTIONS=--enable-source-maps RECONCILE_TRACE=1\n`,
  );
  process.exitCode = exit.error;
}
