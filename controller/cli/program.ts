import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { nearestName } from '../../crds/schema/nearest-name.ts';
import { millis } from '../../crds/schema/quantity.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import { type Holder, holders } from '../../renderers/iam/policy.ts';
import { type Kill, kills } from '../events/drill.ts';
import { messageOf } from '../transport/errors.ts';
import { withAccept, withoutAccept } from './accept-option.ts';
import { apply } from './apply.ts';
import { check } from './check.ts';
import type { CliContext } from './context.ts';
import { deleteCluster } from './delete.ts';
import { drain, uncordon } from './drain.ts';
import { drift, type Output, withOutput } from './drift.ts';
import { drill } from './drill.ts';
import { type ExitCode, exit, exitCodesOf } from './exit-code.ts';
import { failover } from './failover.ts';
import { get } from './get.ts';
import { iam } from './iam.ts';
import { plan } from './plan.ts';
import { pruneOf, withPrune } from './prune-flags.ts';
import { restart } from './restart.ts';
import { validate } from './validate.ts';
import { watch } from './watch.ts';

export interface GlobalOptions {
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly logFile?: string;
}

/** What the program needs from main before a command runs: a context made to the options, and the lab's own command line. */
export interface ProgramDeps {
  readonly version: string;
  context(options: GlobalOptions): CliContext;
  lab(words: readonly string[]): Promise<number>;
  out(text: string): void;
  err(text: string): void;
}

/** Parses the arguments after `reconcile`, runs the command, and yields the exit code. */
export async function runProgram(words: readonly string[], deps: ProgramDeps): Promise<number> {
  if (words[0] === 'lab') return deps.lab(words.slice(1));
  let code: number = exit.error;
  const program = programFor(deps, (ended) => {
    code = ended;
  });
  const mistake = unknownCommand(program, words[0]);
  if (mistake !== undefined) deps.err(mistake);
  if (mistake !== undefined) return exit.error;
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.error;
    throw error;
  }
}

/** `reconcile plna` would otherwise be an apply with an argument too many. */
function unknownCommand(program: Command, word: string | undefined): string | undefined {
  const commands = [...program.commands.map((command) => command.name()), 'lab', 'help'];
  if (word !== undefined && (word.startsWith('-') || commands.includes(word))) return undefined;
  if (word === undefined) return `name a command (${commands.join(', ')}) or documents: reconcile -f PATH\n`;
  const meant = nearestName(word, commands);
  return `there is no command "${word}"; ${meant ? `did you mean ${meant}?` : `there are ${commands.join(', ')}`}\n`;
}

/** Every command with its options. `finish` is called with its exit code. */
export function programFor(deps: ProgramDeps, finish: (code: ExitCode) => void): Command {
  const program = new Command('reconcile')
    .description('Highly available Redis for many tenants on plain EC2, from YAML.')
    .version(deps.version)
    .exitOverride()
    .configureOutput({ writeOut: deps.out, writeErr: deps.err })
    .addHelpText('after', '\nThe lab, a whole fleet of real daemons on this machine: reconcile lab --help\n');
  const contextOf = (command: Command) => contextFor(deps, command);
  addApply(program, contextOf, finish);
  addWatch(program, contextOf, finish);
  addPlan(program, contextOf, finish);
  addReports(program, contextOf, finish);
  withFiles(program.command('validate'), 'Check the documents, and contact nothing').action(
    async ({ filename }: Files, command: Command) => finish(await validate(contextOf(command), filename)),
  );
  addGet(program, contextOf, finish);
  withFiles(program.command('iam'), 'Print the IAM policies that the documents need, and contact nothing')
    .addOption(new Option('--for <holder>', 'only the policy document of this holder').choices(holders))
    .action(async ({ filename, for: holder }: Files & { for?: Holder }, command: Command) =>
      finish(await iam(contextOf(command), filename, holder)),
    );
  addTenantCommands(program, contextOf, finish);
  addDrill(program, contextOf, finish);
  addHostCommands(program, contextOf, finish);
  addDelete(program, contextOf, finish);
  return program;
}

interface Files {
  readonly filename: string[];
}

interface Accepts {
  readonly accept?: readonly Accepted[];
  readonly ignoreWindows?: boolean;
}

interface Applies extends Files, Accepts {
  readonly timeout: number;
}

function withIgnoreWindows(command: Command): Command {
  return command.option('--ignore-windows', 'for this run, interrupt tenants outside of their maintenance windows too');
}

type ContextOf = (command: Command) => CliContext;
type Finish = (code: ExitCode) => void;

function addApply(program: Command, contextOf: ContextOf, finish: Finish): void {
  const command = withFiles(
    program.command('apply', { isDefault: true }),
    'Make the cluster what the documents declare',
  );
  withIgnoreWindows(withAccept(withPrune(command)))
    .addOption(timeout())
    .action(
      async (
        { filename, timeout: timeoutMs, accept: accepted = [], ignoreWindows = false, ...rest }: Applies,
        command: Command,
      ) => {
        const options = { timeoutMs, prune: pruneOf(rest, command), accepted, ignoreWindows };
        finish(await apply(contextOf(command), filename, options));
      },
    );
}

function addWatch(program: Command, contextOf: ContextOf, finish: Finish): void {
  withoutAccept(withFiles(program.command('watch'), 'Keep the cluster as the documents declare, until SIGTERM'))
    .addOption(
      new Option('--interval <duration>', 'time between two passes while there is nothing to do')
        .argParser(interval)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('-o, --output <format>', 'text, or json: one event per line')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(
      async (
        { filename, interval: intervalMs, output }: Files & { interval: number; output: 'text' | 'json' },
        command: Command,
      ) => finish(await watch(contextOf(command), filename, { intervalMs, output })),
    );
}

function addPlan(program: Command, contextOf: ContextOf, finish: Finish): void {
  withIgnoreWindows(
    withAccept(withPrune(withFiles(program.command('plan'), 'Show what apply would do, and change nothing'))),
  )
    .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(
      async (
        {
          filename,
          output,
          accept: accepted,
          ignoreWindows = false,
          ...rest
        }: Files & Accepts & { output: 'text' | 'json' },
        command: Command,
      ) => {
        const options = { prune: pruneOf(rest, command), accepted, ignoreWindows };
        finish(await plan(contextOf(command), filename, output, options));
      },
    );
}

/** The commands that report findings, in the same views. */
function addReports(program: Command, contextOf: ContextOf, finish: Finish): void {
  const reporting = (command: Command, description: string, run: typeof drift) =>
    withFiles(command, description)
      .addOption(
        new Option(
          '-o, --output <format[=file]>',
          'text, json, junit or markdown; may be repeated, each with a file of its own',
        )
          .argParser(outputs)
          .default([], 'text'),
      )
      .action(async ({ filename, output }: Files & { output: readonly Output[] }, command: Command) =>
        finish(await run(contextOf(command), filename, output)),
      );
  reporting(program.command('drift'), 'Report for CI whether the cluster has drifted, and change nothing', drift);
  reporting(program.command('check'), 'Report what stands in the way of an apply, before anything is made', check);
}

function addGet(program: Command, contextOf: ContextOf, finish: Finish): void {
  const formats = ['table', 'wide', 'json', 'yaml'] as const;
  withFiles(program.command('get'), 'Show the state of every tenant as it is now')
    .addOption(new Option('-o, --output <format>', 'table, wide, json or yaml').choices(formats).default('table'))
    .action(async ({ filename, output }: Files & { output: (typeof formats)[number] }, command: Command) =>
      finish(await get(contextOf(command), filename, output)),
    );
}

interface Asks extends Files {
  readonly dryRun?: true;
  readonly timeout: number;
}

/** The commands that ask for something of one tenant, for one run. */
function addTenantCommands(program: Command, contextOf: ContextOf, finish: Finish): void {
  const asking = (command: Command, description: string) =>
    withFiles(command.argument('<tenant>', 'the name of the Tenant'), description)
      .option('--dry-run', 'show what would be done, and do nothing')
      .addOption(timeout());
  asking(program.command('failover'), 'Hand the master of a tenant over to a replica that has every write')
    .option('--to <member>', 'to this member; without it, to one that is in sync')
    .action(
      async (tenant: string, { filename, to, dryRun, timeout: timeoutMs }: Asks & { to?: string }, command: Command) =>
        finish(await failover(contextOf(command), filename, tenant, { to, dryRun: dryRun === true, timeoutMs })),
    );
  asking(
    program.command('restart'),
    'Restart the Redis of every member of a tenant, one at a time, the master last',
  ).action(async (tenant: string, { filename, dryRun, timeout: timeoutMs }: Asks, command: Command) =>
    finish(await restart(contextOf(command), filename, tenant, { dryRun: dryRun === true, timeoutMs })),
  );
}

function addDrill(program: Command, contextOf: ContextOf, finish: Finish): void {
  withFiles(
    program.command('drill').argument('<tenant>', 'the name of the Tenant'),
    'Rehearse a failure of a tenant that is in order, and show what its clients saw',
  )
    .addOption(
      new Option('--kill <part>', "the master's Redis, the proxy with the virtual IP, or the master's host")
        .choices(kills)
        .makeOptionMandatory(),
    )
    .option('--confirm <tenant>', "do it; the Tenant's name. Without this, what would be done is shown")
    .addOption(timeout())
    .action(
      async (
        tenant: string,
        { filename, kill, confirm, timeout: timeoutMs }: Files & { kill: Kill; confirm?: string; timeout: number },
        command: Command,
      ) => finish(await drill(contextOf(command), filename, tenant, { kill, confirm, timeoutMs })),
    );
}

/** The commands that ask for something of one host. */
function addHostCommands(program: Command, contextOf: ContextOf, finish: Finish): void {
  const asking = (command: Command, description: string) =>
    withFiles(command.argument('<host>', 'the name of the host in the Cluster'), description)
      .option('--dry-run', 'show what would be done, and do nothing')
      .addOption(timeout());
  asking(program.command('drain'), 'Hand masters and the virtual IP on a host over, and keep them away for a time')
    .addOption(new Option('--for <duration>', 'for how long').argParser(drainTime).default(7_200_000, '2h'))
    .addOption(new Option('--reason <text>', 'why; plan shows it').argParser(oneLine).default('maintenance'))
    .action(
      async (
        host: string,
        { filename, for: forMs, reason, dryRun, timeout: timeoutMs }: Asks & { for: number; reason: string },
        command: Command,
      ) =>
        finish(await drain(contextOf(command), filename, host, { forMs, reason, dryRun: dryRun === true, timeoutMs })),
    );
  asking(program.command('uncordon'), 'End the drain of a host. Nothing moves back').action(
    async (host: string, { filename, dryRun, timeout: timeoutMs }: Asks, command: Command) =>
      finish(await uncordon(contextOf(command), filename, host, { dryRun: dryRun === true, timeoutMs })),
  );
}

function addDelete(program: Command, contextOf: ContextOf, finish: Finish): void {
  withFiles(
    program.command('delete'),
    'Take down what the Cluster created in EC2: first stopped and kept, destroyed when run again',
  )
    .option('--confirm <cluster>', "do it; the Cluster's name. Without this, what would be done is shown")
    .option('--now', 'destroy what is kept, with its data, however long ago it was stopped')
    .addOption(timeout())
    .action(
      async (
        { filename, confirm, now, timeout: timeoutMs }: Files & { confirm?: string; now?: true; timeout: number },
        command: Command,
      ) => finish(await deleteCluster(contextOf(command), filename, { confirm, atOnce: now === true, timeoutMs })),
    );
}

function contextFor(deps: ProgramDeps, command: Command): CliContext {
  const options = command.optsWithGlobals<GlobalOptions>();
  try {
    return deps.context(options);
  } catch (error) {
    const reason = messageOf(error);
    deps.err(`cannot log to ${options.logFile ?? 'standard error'} (${reason}): name a writable file\n`);
    throw new CommanderError(exit.error, 'log-file', reason);
  }
}

function withFiles(command: Command, description: string): Command {
  const codes = Object.entries(exitCodesOf[command.name()] ?? {}).map(([code, meaning]) => `${code} ${meaning}`);
  return command
    .description(description)
    .exitOverride()
    .requiredOption(
      '-f, --filename <path>',
      'a file, a folder, or - for standard input; may be repeated',
      (path: string, paths: string[] | undefined) => [...(paths ?? []), path],
    )
    .addOption(
      new Option('--log-level <level>', 'structured log on standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('silent'),
    )
    .option('--log-file <path>', 'write the log to this file instead of standard error')
    .addHelpText('after', `\nExit codes: ${codes.join('; ')}.\n`);
}

function timeout(): Option {
  return new Option('--timeout <duration>', 'end after this time, whatever is left')
    .argParser(duration)
    .default(600_000, '10m');
}

function duration(value: string): number {
  const milliseconds = millis(value);
  if (milliseconds === undefined) throw new InvalidArgumentError('expected a duration such as 90s, 10m or 1h.');
  return milliseconds;
}

/** It is stored in a line of a file on a host, and printed. */
function oneLine(value: string): string {
  if (!/^[^\p{C}]{1,200}$/u.test(value.trim()))
    throw new InvalidArgumentError('expected one line of at most 200 characters.');
  return value.trim();
}

/** A forgotten drain ends by itself. */
function drainTime(value: string): number {
  const milliseconds = duration(value);
  if (milliseconds < 60_000 || milliseconds > 7 * 86_400_000)
    throw new InvalidArgumentError('expected a time from 1m to 168h.');
  return milliseconds;
}

function interval(value: string): number {
  const milliseconds = duration(value);
  if (milliseconds < 1000) throw new InvalidArgumentError('expected an interval of a second or more.');
  return milliseconds;
}

function outputs(value: string, before: readonly Output[]): readonly Output[] {
  const all = withOutput(before, value);
  if (typeof all === 'string') throw new InvalidArgumentError(all);
  return all;
}
