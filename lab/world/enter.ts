import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { WORLD } from '../paths.ts';
import { EC2_API, OPERATOR_CREDENTIALS, REGION } from '../topology.ts';
import { askPower } from './client.ts';
import { childrenOf, type LabRecord, worldInit } from './record.ts';
import { witness } from './witness.ts';

/** Signals a caller may send to its command through us. */
const RELAYED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT', 'SIGWINCH'];

/** Runs `command` as on the operator's machine: in the fleet's network, with this machine's files. Returns its exit code. */
export function runAsOperator(record: LabRecord, command: readonly string[]): Promise<number> {
  const env = {
    ...withoutAws(process.env),
    AWS_ACCESS_KEY_ID: OPERATOR_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OPERATOR_CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL_EC2: EC2_API.url,
  };
  // Entering a mount namespace loses the working folder; it is found again by name.
  const inside = ['sh', '-c', 'cd -- "$1" 2>/dev/null || cd /; shift; exec "$@"', 'sh', process.cwd(), ...command];
  const root = `/proc/${worldInit(record) ?? 0}/root`;
  return enter(record, [`--net=${root}${WORLD.operatorNet}`], inside, env);
}

/** A profile, a session token or an endpoint of the caller's would win over the lab's credentials, or lead to a real cloud. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

/** Runs `command` as root in `host`. Returns its exit code. */
export async function runInHost(record: LabRecord, host: string, command: readonly string[]): Promise<number> {
  const { on, frozen } = await askPower(record, host);
  if (!on) throw new Error(`${host} has no power. Switch it on: lab fault power-on ${host}`);
  if (frozen)
    throw new Error(`${host} is frozen: nothing runs in it, nor would this. Let it go on: lab fault thaw ${host}`);
  const set = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    `TERM=${process.env['TERM'] ?? 'dumb'}`,
  ];
  const variables = set.flatMap((one) => ['--set-var', one]);
  const attach = ['lxc-attach', '-P', WORLD.lxc, '-n', host, '--clear-env', ...variables, '--', ...command];
  return enter(record, ['--net'], attach, process.env, leafOf(record));
}

/**
 * Where an lxc-attach must start from: cgroup v2 moves processes only between groups that are both within their namespace (`nsdelegate`,
 * cgroups(7)). On v1, which has a group a hierarchy, anything goes.
 */
function leafOf(record: LabRecord): string | undefined {
  const [only, ...more] = record.groups;
  return only === undefined || more.length > 0 ? undefined : join(only, 'init.scope', 'cgroup.procs');
}

async function enter(
  record: LabRecord,
  net: readonly string[],
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  leaf?: string,
): Promise<number> {
  const target = String(worldInit(record) ?? 0);
  const spaces = ['--no-fork', '--target', target, '--mount', '--uts', '--ipc', '--pid', '--cgroup', ...net];
  const first = leaf === undefined ? [] : ['sh', '-c', 'echo $$ >"$1"; shift; exec "$@"', 'sh', leaf];
  // Whoever kills us with SIGKILL kills the command too: it must not live on where nobody sees it.
  const arguments_ = ['--pdeathsig', 'KILL', ...first, 'nsenter', ...spaces, '--', 'sh', '-c', WAIT, 'sh', ...command];
  const group = await witness(RELAYED);
  const child = spawn('setpriv', arguments_, { stdio: 'inherit', env });
  const relay = async (signal: NodeJS.Signals) => {
    // A terminal signals the whole foreground group, the command too: told twice, it would take the second for "at once".
    if (await group.saw(signal)) return;
    for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, signal);
  };
  for (const signal of RELAYED) process.on(signal, relay);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const one of RELAYED) process.off(one, relay);
      group.end();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Waits for the command: only a child is in the PID namespace. nsenter would wait too, but die of the terminal's signals, and the command
 * with it. A trap outlives them, and a command gets what is trapped, unlike what is ignored, as if it were not.
 */
const WAIT = `trap : ${RELAYED.map((signal) => signal.slice(3)).join(' ')}; setpriv --pdeathsig KILL "$@"; exit $?`;
