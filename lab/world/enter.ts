import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { WORLD } from '../paths.ts';
import { EC2_API, type LabHost, OPERATOR_CREDENTIALS, REGION } from '../topology.ts';
import { isOn } from './client.ts';
import { childrenOf, type LabRecord, worldInit } from './record.ts';

/** Signals a caller may send to its command through us. Those of the terminal reach the whole foreground group by themselves. */
const RELAYED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT', 'SIGWINCH'];

/** Runs `command` as on the operator's machine: in the fleet's network, with this machine's files. Returns its exit code. */
export function runAsOperator(record: LabRecord, command: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
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

/** Runs `command` as root in `host`. Returns its exit code. */
export async function runInHost(record: LabRecord, host: LabHost, command: readonly string[]): Promise<number> {
  if (!(await isOn(record, host)))
    throw new Error(`${host.name} has no power. Switch it on: lab fault power-on ${host.name}`);
  const set = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    `TERM=${process.env['TERM'] ?? 'dumb'}`,
  ];
  const variables = set.flatMap((one) => ['--set-var', one]);
  const attach = ['lxc-attach', '-P', WORLD.lxc, '-n', host.name, '--clear-env', ...variables, '--', ...command];
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

function enter(
  record: LabRecord,
  net: readonly string[],
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  leaf?: string,
): Promise<number> {
  const target = String(worldInit(record) ?? 0);
  // Whoever kills us with SIGKILL kills the command too: it must not live on where nobody sees it.
  const spaces = ['--target', target, '--mount', '--uts', '--ipc', '--pid', '--cgroup', ...net];
  const first = leaf === undefined ? [] : ['sh', '-c', 'echo $$ >"$1"; shift; exec "$@"', 'sh', leaf];
  const arguments_ = [
    '--pdeathsig',
    'KILL',
    ...first,
    'nsenter',
    ...spaces,
    '--',
    'setpriv',
    '--pdeathsig',
    'KILL',
    ...command,
  ];
  const child = spawn('setpriv', arguments_, { stdio: 'inherit', env });
  const relay = (signal: NodeJS.Signals) => {
    // nsenter waits in between and would die alone: its child is the command.
    for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, signal);
  };
  for (const signal of RELAYED) process.on(signal, relay);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const one of RELAYED) process.off(one, relay);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
