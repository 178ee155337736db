import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { nearestName } from '../../crds/nearest.ts';
import { millis } from '../../crds/quantity.ts';
import { type Holder, holders } from '../report/iam.ts';
import { type ExitCode, exit, type Shell } from '../shell.ts';
import { apply } from './apply.ts';
import { remove } from './delete.ts';
import { drift, type Output, withOutput } from './drift.ts';
import { get } from './get.ts';
import { iam } from './iam.ts';
import { plan } from './plan.ts';
import { pruneOf, withPrune } from './prune-options.ts';
import { validate } from './validate.ts';
import { watch } from './watch.ts';

export interface GlobalOptions {
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly logFile?: string;
}

/** What the program needs from main before a command runs: a Shell made to the options, and the lab's own command line. */
export interface Edge {
  readonly version: string;
  shell(options: GlobalOptions): Shell;
  lab(words: readonly string[]): Promise<number>;
  out(text: string): void;
  err(text: string): void;
}

/** Parses the words behind `reconcile`, runs the command, and yields the exit code. */
export async function runProgram(words: readonly string[], edge: Edge): Promise<number> {
  if (words[0] === 'lab') return edge.lab(words.slice(1));
  const mistaken = unknownCommand(words[0]);
  if (mistaken !== undefined) edge.err(mistaken);
  if (mistaken !== undefined) return exit.error;
  let code: number = exit.error;
  const program = programFor(edge, (outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.error;
    throw error;
  }
}

const commands = ['apply', 'watch', 'plan', 'drift', 'validate', 'get', 'iam', 'delete', 'lab', 'help'];

/** `reconcile plna` would otherwise be an apply with a word too many. */
function unknownCommand(word: string | undefined): string | undefined {
  if (word !== undefined && (word.startsWith('-') || commands.includes(word))) return undefined;
  if (word === undefined) return `name a command (${commands.join(', ')}) or documents: reconcile -f PATH\n`;
  const meant = nearestName(word, commands);
  return `there is no command "${word}"; ${meant ? `did you mean ${meant}?` : `there are ${commands.join(', ')}`}\n`;
}

function programFor(edge: Edge, finish: (code: ExitCode) => void): Command {
  const program = new Command('reconcile')
    .description('Highly available Redis for many tenants on plain EC2, from YAML.')
    .version(edge.version)
    .exitOverride()
    .configureOutput({ writeOut: edge.out, writeErr: edge.err })
    .addHelpText(
      'after',
      '\nThe lab, a whole fleet of real daemons on this machine: reconcile lab --help\nExit codes: 0 done or same, 1 plan or drift differs, 2 error or a person is needed, 3 something could not be seen.\n',
    );
  const shellOf = (command: Command) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    try {
      return edge.shell(options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      edge.err(`cannot log to ${options.logFile ?? 'standard error'} (${reason}): name a file that can be written\n`);
      throw new CommanderError(exit.error, 'log-file', reason);
    }
  };
  withPrune(withFiles(program.command('apply', { isDefault: true }), 'Bring the world to what the documents say'))
    .addOption(
      new Option('--timeout <duration>', 'end after this time, whatever is left')
        .argParser(duration)
        .default(600_000, '10m'),
    )
    .action(async ({ filename, timeout, ...rest }: { filename: string[]; timeout: number }, command: Command) =>
      finish(await apply(shellOf(command), filename, timeout, pruneOf(rest, command))),
    );
  withFiles(program.command('watch'), 'Keep the world as the documents say, until SIGTERM')
    .addOption(
      new Option('--interval <duration>', 'time between two passes while nothing is to be done')
        .argParser(interval)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('-o, --output <format>', 'text, or json: an event a line').choices(['text', 'json']).default('text'),
    )
    .action(async ({ filename, interval: intervalMs, output }: WatchWords, command: Command) =>
      finish(await watch(shellOf(command), filename, { intervalMs, output })),
    );
  withPrune(withFiles(program.command('plan'), 'Show what apply would do, and change nothing'))
    .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async ({ filename, output, ...rest }: { filename: string[]; output: 'text' | 'json' }, command: Command) =>
      finish(await plan(shellOf(command), filename, output, pruneOf(rest, command))),
    );
  withFiles(program.command('drift'), 'Say for a machine whether the world has drifted, and change nothing')
    .addOption(
      new Option(
        '-o, --output <format[=file]>',
        'text, json, junit or markdown; may be repeated, each with a file of its own',
      )
        .argParser(outputs)
        .default([], 'text'),
    )
    .action(async ({ filename, output }: { filename: string[]; output: readonly Output[] }, command: Command) =>
      finish(await drift(shellOf(command), filename, output)),
    );
  withFiles(program.command('validate'), 'Check the documents, and contact nothing').action(
    async ({ filename }: { filename: string[] }, command: Command) =>
      finish(await validate(shellOf(command), filename)),
  );
  withFiles(program.command('get'), "Show every tenant's state as it is now")
    .addOption(
      new Option('-o, --output <format>', 'table, wide, json or yaml')
        .choices(['table', 'wide', 'json', 'yaml'])
        .default('table'),
    )
    .action(
      async (
        { filename, output }: { filename: string[]; output: 'table' | 'wide' | 'json' | 'yaml' },
        command: Command,
      ) => finish(await get(shellOf(command), filename, output)),
    );
  withFiles(program.command('iam'), 'Print the IAM policies that the documents need, and contact nothing')
    .addOption(new Option('--for <holder>', 'one policy document alone: whose').choices(holders))
    .action(async ({ filename, for: holder }: { filename: string[]; for?: Holder }, command: Command) =>
      finish(await iam(shellOf(command), filename, holder)),
    );
  withFiles(
    program.command('delete'),
    'Take down what the Cluster made in EC2: stopped and kept first, destroyed when asked again',
  )
    .option('--confirm <cluster>', 'do it: the Cluster, by its name; without this, what would be done is shown')
    .option('--now', 'destroy what is kept, however long ago it was stopped, with its data')
    .addOption(
      new Option('--timeout <duration>', 'end after this time, whatever is left')
        .argParser(duration)
        .default(600_000, '10m'),
    )
    .action(async ({ filename, confirm, now, timeout }: DeleteWords, command: Command) =>
      finish(await remove(shellOf(command), filename, { confirm, atOnce: now === true, timeoutMs: timeout })),
    );
  return program;
}

interface DeleteWords {
  readonly filename: string[];
  readonly confirm?: string;
  readonly now?: true;
  readonly timeout: number;
}

function withFiles(command: Command, description: string): Command {
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
    .option('--log-file <path>', 'where the log goes instead of standard error');
}

function duration(value: string): number {
  const milliseconds = millis(value);
  if (milliseconds === undefined) throw new InvalidArgumentError('a duration such as 90s, 10m or 1h is wanted.');
  return milliseconds;
}

interface WatchWords {
  readonly filename: string[];
  readonly interval: number;
  readonly output: 'text' | 'json';
}

function interval(value: string): number {
  const milliseconds = duration(value);
  if (milliseconds < 1000) throw new InvalidArgumentError('an interval of a second or more is wanted.');
  return milliseconds;
}

function outputs(value: string, before: readonly Output[]): readonly Output[] {
  const all = withOutput(before, value);
  if (typeof all === 'string') throw new InvalidArgumentError(all);
  return all;
}
