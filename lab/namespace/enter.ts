import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { NAMESPACE } from '../paths.ts';
import { EC2_API, OPERATOR_CREDENTIALS, REGION } from '../topology.ts';
import { askPower } from './client.ts';
import { childrenOf, type LabRecord, namespaceInit } from './record.ts';
import { watchSignals } from './signal-watcher.ts';

/** Signals that are relayed to the command. */
const RELAYED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT', 'SIGWINCH'];

/** A command that runs another one in a lab: how to start it, and its environment. It is killed with whoever started it. */
export interface Entry {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Where the operator stands: in the network of the fleet, or on the internet. */
export type Standpoint = 'inside' | 'outside';

/** Runs `command` on the operator's machine: in the fleet's network, with this machine's files. Returns its exit code. */
export function runAsOperator(record: LabRecord, command: readonly string[], from: Standpoint): Promise<number> {
  return relayed(operatorEntry(record, command, from));
}

/** Runs `command` as root in `host`. Returns its exit code. */
export async function runInHost(record: LabRecord, host: string, command: readonly string[]): Promise<number> {
  return relayed(await hostEntry(record, host, command));
}

/** What runs `command` on the operator's machine. */
export function operatorEntry(record: LabRecord, command: readonly string[], from: Standpoint = 'inside'): Entry {
  const env = {
    ...withoutAws(process.env),
    AWS_ACCESS_KEY_ID: OPERATOR_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OPERATOR_CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL_EC2: EC2_API.url,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: EC2_API.url,
  };
  // Entering a mount namespace loses the working directory; it is restored by name.
  const inside = ['sh', '-c', 'cd -- "$1" 2>/dev/null || cd /; shift; exec "$@"', 'sh', process.cwd(), ...command];
  const root = `/proc/${namespaceInit(record) ?? 0}/root`;
  return entryOf(
    record,
    [`--net=${root}${from === 'inside' ? NAMESPACE.operatorNet : NAMESPACE.outsideNet}`],
    inside,
    env,
  );
}

/** The caller's profile, session token or endpoint could override the lab's credentials or point to a real cloud. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

/** What runs `command` as root in `host`. Rejects for a host without power, and for a frozen one. */
export async function hostEntry(record: LabRecord, host: string, command: readonly string[]): Promise<Entry> {
  const { on, frozen } = await askPower(record, host);
  if (!on) throw new Error(`${host} has no power; switch it on: lab fault power-on ${host}`);
  if (frozen) throw new Error(`${host} is frozen and cannot run a command; resume it: lab fault thaw ${host}`);
  const set = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    `TERM=${process.env['TERM'] ?? 'dumb'}`,
  ];
  const variables = set.flatMap((one) => ['--set-var', one]);
  const attach = ['lxc-attach', '-P', NAMESPACE.lxc, '-n', host, '--clear-env', ...variables, '--', ...command];
  return entryOf(record, ['--net'], attach, process.env, leafOf(record));
}

/**
 * The group from which lxc-attach must start: cgroup v2 moves processes only between groups within their namespace (`nsdelegate`,
 * cgroups(7)). v1, which has one group per hierarchy, has no such limit.
 */
function leafOf(record: LabRecord): string | undefined {
  const [only, ...more] = record.groups;
  return only === undefined || more.length > 0 ? undefined : join(only, 'init.scope', 'cgroup.procs');
}

function entryOf(
  record: LabRecord,
  net: readonly string[],
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  leaf?: string,
): Entry {
  const target = String(namespaceInit(record) ?? 0);
  const spaces = ['--no-fork', '--target', target, '--mount', '--uts', '--ipc', '--pid', '--cgroup', ...net];
  const first = leaf === undefined ? [] : ['sh', '-c', 'echo $$ >"$1"; shift; exec "$@"', 'sh', leaf];
  // If this process is killed with SIGKILL, the command must not keep running unnoticed.
  const words = ['--pdeathsig', 'KILL', ...first, 'nsenter', ...spaces, '--', 'sh', '-c', WAIT, 'sh', ...command];
  return { program: 'setpriv', arguments: words, env };
}

/** Runs it in the foreground: with this process's standard input and output, and the signals that it receives. Returns its exit code. */
async function relayed(entry: Entry): Promise<number> {
  const watcher = await watchSignals(RELAYED);
  const child = spawn(entry.program, entry.arguments, { stdio: 'inherit', env: entry.env });
  const relay = async (signal: NodeJS.Signals) => {
    // A terminal signals the whole foreground group, so the command has it already; a second one might mean "stop immediately".
    if (await watcher.received(signal)) return;
    for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, signal);
  };
  for (const signal of RELAYED) process.on(signal, relay);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const one of RELAYED) process.off(one, relay);
      watcher.end();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Waits for the command, because only a child is in the PID namespace. nsenter would wait too, but the terminal's signals would kill it, and
 * the command with it. This shell traps them; unlike ignored signals, trapped ones are reset to their default in the command.
 */
const WAIT = `trap : ${RELAYED.map((signal) => signal.slice(3)).join(' ')}; setpriv --pdeathsig KILL "$@"; exit $?`;
