import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { down } from './cli/down.ts';
import { status } from './cli/status.ts';
import { up } from './cli/up.ts';
import { checkOrder, UsageError } from './faults/order.ts';
import { faultList } from './faults/table.ts';
import { type Flavour, flavours, PREPARED } from './image/image.ts';
import { askFault, askHeal } from './world/client.ts';
import { runAsOperator, runInHost } from './world/enter.ts';
import { isAlive, type LabRecord, readRecord } from './world/record.ts';

/** Exit codes: 0 done, 1 it failed, 2 asked for wrongly, 3 (status) not up; `exec` and `run` relay their command's. */
export async function runLab(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = commands((outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function commands(finish: (code: number) => void): Command {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const program = new Command('lab').description('a whole EC2-like fleet of real daemons on this machine');
  program.exitOverride().enablePositionalOptions();
  command(program, 'up', 'boot the fleet; harmless when it is up')
    .option('--empty', 'an account with nothing in it but the key pair, in place of the five hosts')
    .addOption(
      new Option(
        '--image <flavour...>',
        `what its hosts begin with: the five the first (${PREPARED} unless told), launched ones any of them (any there is, with --empty)`,
      ).choices(flavours),
    )
    .action(async ({ name, empty, image }) => {
      const usual: readonly Flavour[] = empty ? flavours : [PREPARED];
      const beginning = { empty: empty === true, flavours: (image as readonly Flavour[] | undefined) ?? usual };
      finish(await asRoot(() => up(name, beginning, say)));
    });
  command(program, 'down', 'end the fleet and leave nothing behind').action(async ({ name }) =>
    finish(await asRoot(() => down(name, say))),
  );
  command(program, 'status', 'show the fleet')
    .option('-o, --output <format>', 'text or json', 'text')
    .action(async ({ name, output }) =>
      finish(await asRoot(() => status(name, output === 'json', (text) => process.stdout.write(text)))),
    );
  command(program, 'exec <host> <command...>', 'run a command in a host, as root')
    .passThroughOptions()
    .action(async (host: string, words: string[], { name }) =>
      finish(await asRoot(() => runInHost(living(name), host, bare(words)))),
    );
  command(program, 'run <command...>', "run a command as on the operator's machine, where the fleet is reachable")
    .passThroughOptions()
    .action(async (words: string[], { name }) => finish(await asRoot(() => runAsOperator(living(name), bare(words)))));
  command(program, 'fault [fault] [words...]', 'break something, or mend it')
    .addHelpText('after', `\nFaults, and what they take:\n${faultList()}`)
    .option('--seconds <seconds>', 'the same as the word SECONDS')
    .action(async (fault: string | undefined, words: string[], { name, seconds }) => {
      const asked = [fault, ...words, seconds].filter((word) => word !== undefined);
      checkOrder(asked);
      for (const line of await asRoot(() => askFault(living(name), asked))) say(line);
    });
  command(program, 'heal', 'mend whatever `fault` has broken; harmless when nothing is').action(async ({ name }) => {
    const { healed, failed } = await asRoot(() => askHeal(living(name)));
    for (const words of healed) say(`healed: ${words}`);
    for (const words of failed) process.stderr.write(`lab: could not be healed: ${words}\n`);
    finish(failed.length > 0 ? 1 : 0);
  });
  return program;
}

function command(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .exitOverride()
    .option('--name <name>', 'which lab', labName, 'default');
}

function labName(value: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(value)) return value;
  throw new InvalidArgumentError('A lab is called by lower-case letters, digits and dashes.');
}

/** The command without the `--` that sets it off: commander keeps it once an operand came first. */
function bare(words: readonly string[]): readonly string[] {
  return words[0] === '--' ? words.slice(1) : words;
}

function asRoot<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0)
    throw new Error('A lab makes namespaces and mounts, which only root may: run it with sudo.');
  return work();
}

function living(name: string): LabRecord {
  const record = readRecord(name);
  if (record !== undefined && isAlive(record)) return record;
  throw new Error(`Lab ${name} is not up. Boot it: lab up${name === 'default' ? '' : ` --name ${name}`}`);
}
