import type { Fleet } from '../crds/fleet.ts';
import type { Inventory } from '../reconcilers/inventory.ts';
import type { RespEndpoint } from '../reconcilers/questions/sense.ts';
import { type Action, verbs } from '../reconcilers/verbs/index.ts';
import type { Ec2Verb, HostVerb, RespVerb } from '../reconcilers/verbs/verb.ts';
import { fixed, lines } from '../renderers/shell.ts';
import { targetOf } from './observe.ts';
import type { Actuators } from './ports.ts';

/** Every script of a verb passes through this: it stops at the first failure, makes files private, and holds the host's lock. */
const preamble = `set -eu
umask 077
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /run/ec2-redis-operator
exec 9>/run/ec2-redis-operator/lock
flock -w 30 9 || { echo "another run holds this host's lock (/run/ec2-redis-operator/lock) for over 30 s" >&2; exit 75; }`;

/** Where an action is carried out: actions of one lane are done one after the other. */
export function laneOf(action: Action): string {
  const verb = verbs[action.verb] as unknown as AnyVerb;
  if (verb.via === 'host') return `host ${verb.host(action)}`;
  return verb.via === 'ec2' ? 'EC2' : `tenant ${verb.endpoint(action).tenant}`;
}

type AnyVerb = HostVerb<Action> | Ec2Verb<Action> | RespVerb<Action>;

/** One line for a person: what the action does, and where. */
export function wordsFor(action: Action): string {
  const verb = verbs[action.verb] as unknown as AnyVerb;
  return verb.via === 'host' ? `${verb.host(action)}: ${verb.says(action)}` : verb.says(action);
}

/** Milliseconds until the action's effect shows. */
export function settlesMs(action: Action): number {
  return (verbs[action.verb] as unknown as AnyVerb).settlesMs;
}

/** The host that does not answer until the action's effect shows; undefined where there is none. */
export function awayDuring(action: Action): string | undefined {
  const verb = verbs[action.verb] as unknown as AnyVerb;
  return verb.via === 'host' ? verb.away?.(action) : undefined;
}

/** Carries out one action. Rejects with the reason when it was not done, or when it cannot be known whether it was. */
export async function perform(fleet: Fleet, inventory: Inventory, media: Actuators, action: Action): Promise<void> {
  const verb = verbs[action.verb] as unknown as AnyVerb;
  if (verb.via === 'host') return onHost(fleet, inventory, media, verb, action);
  if (verb.via === 'ec2') return media.actOnEc2(verb.command(action));
  return overResp(inventory, media, verb.endpoint(action), verb, action);
}

async function onHost(
  fleet: Fleet,
  inventory: Inventory,
  media: Actuators,
  verb: HostVerb<Action>,
  action: Action,
): Promise<void> {
  const target = targetOf(inventory, verb.host(action));
  if ('reason' in target) throw new Error(target.reason);
  const script = lines([fixed(preamble), verb.script(action)]);
  const timeoutMs = verb.seconds === undefined ? fleet.cluster.ssh.commandTimeoutMs : verb.seconds * 1000;
  const { exit, stderr } = await media.actOnHost(target, action, script, timeoutMs);
  if (exit !== 0) throw new Error(`exit ${exit}: ${lastLines(stderr) || 'no message'}`);
}

async function overResp(
  inventory: Inventory,
  media: Actuators,
  endpoint: RespEndpoint,
  verb: RespVerb<Action>,
  action: Action,
): Promise<void> {
  const targets = endpoint.through.map((host) => targetOf(inventory, host)).filter((target) => 'address' in target);
  const replies = await media.actOverResp(action, endpoint, targets, verb.commands(action));
  const refused = replies.find((reply) => typeof reply === 'object' && reply !== null && 'error' in reply);
  if (refused && 'error' in refused)
    throw new Error(`${endpoint.tenant}-${endpoint.member} answered: ${refused.error}`);
}

/** The end of a script's complaint, on one line: reports are read a finding a line. */
function lastLines(stderr: string): string {
  return stderr.trim().split('\n').slice(-3).join(' / ').slice(-400);
}
