import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { down } from './cli/down.ts';
import { status } from './cli/status.ts';
import { up } from './cli/up.ts';
import { checkRequest, UsageError } from './faults/request.ts';
import { faultList } from './faults/table.ts';
import { type Flavour, flavours, PREPARED, usualFlavours } from './image/image.ts';
import { askFault, askHeal } from './namespace/client.ts';
import { runAsOperator, runInHost } from './namespace/enter.ts';
import { isAlive, type LabRecord, readRecord } from './namespace/record.ts';

/** Exit codes: 0 success, 1 failure, 2 usage error, 3 not up (`status`); `exec` and `run` return that of their command. */
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
  command(program, 'up', 'start the fleet; no effect if it is up')
    .option('--empty', 'start with an account that holds only the key pair, without the five hosts')
    .addOption(
      new Option(
        '--image <flavour...>',
        `images of the hosts: the five hosts use the first (default ${PREPARED}), launched hosts any of them (with --empty by default: ${usualFlavours.join(', ')})`,
      ).choices(flavours),
    )
    .action(async ({ name, empty, image }) => {
      const defaults: readonly Flavour[] = empty ? usualFlavours : [PREPARED];
      const options = { empty: empty === true, flavours: (image as readonly Flavour[] | undefined) ?? defaults };
      finish(await asRoot(() => up(name, options, say)));
    });
  command(program, 'down', 'stop the fleet and remove everything it left').action(async ({ name }) =>
    finish(await asRoot(() => down(name, say))),
  );
  command(program, 'status', 'show the fleet')
    .option('-o, --output <format>', 'text or json', 'text')
    .action(async ({ name, output }) =>
      finish(await asRoot(() => status(name, output === 'json', (text) => process.stdout.write(text)))),
    );
  command(program, 'exec <host> <command...>', 'run a command on a host, as root')
    .passThroughOptions()
    .action(async (host: string, words: string[], { name }) =>
      finish(await asRoot(() => runInHost(runningLab(name), host, bare(words)))),
    );
  command(program, 'run <command...>', "run a command on the operator's machine, from which the fleet is reachable")
    .addOption(
      new Option('--from <place>', "inside: in the VPC's network; outside: on the internet")
        .choices(['inside', 'outside'])
        .default('inside'),
    )
    .passThroughOptions()
    .action(async (words: string[], { name, from }) =>
      finish(await asRoot(() => runAsOperator(runningLab(name), bare(words), from))),
    );
  command(program, 'fault [fault] [words...]', 'inject a fault, or revert one')
    .addHelpText('after', `\nFaults and their arguments:\n${faultList()}`)
    .option('--seconds <seconds>', 'the same as the argument SECONDS')
    .action(async (fault: string | undefined, words: string[], { name, seconds }) => {
      const request = [fault, ...words, seconds].filter((word) => word !== undefined);
      checkRequest(request);
      for (const line of await asRoot(() => askFault(runningLab(name), request))) say(line);
    });
  command(program, 'heal', 'revert every fault in force; no effect if there is none').action(async ({ name }) => {
    const { healed, failed } = await asRoot(() => askHeal(runningLab(name)));
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
  throw new InvalidArgumentError('A lab name has lower-case letters, digits and dashes.');
}

/** The command without a leading `--`: commander keeps it if an operand came first. */
function bare(words: readonly string[]): readonly string[] {
  return words[0] === '--' ? words.slice(1) : words;
}

function asRoot<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0)
    throw new Error('a lab creates namespaces and mounts, which requires root; run it with sudo');
  return work();
}

function runningLab(name: string): LabRecord {
  const record = readRecord(name);
  if (record !== undefined && isAlive(record)) return record;
  throw new Error(`lab ${name} is not up; start it: lab up${name === 'default' ? '' : ` --name ${name}`}`);
}
