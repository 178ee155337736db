import type { Fleet } from '../../crds/fleet.ts';
import type { RespEndpoint } from '../../reconcilers/facts/fact.ts';
import type { Action } from '../../reconcilers/operations/actions.ts';
import { byMedium } from '../../reconcilers/operations/index.ts';
import { fixed, lines, type Script } from '../../renderers/lib/shell.ts';
import type { Clock, Executor, HostTarget } from '../transport/io.ts';
import { switchMaster } from './switch-master.ts';
import type { TargetOf } from './target.ts';

/** Every operation's script passes through this: it stops at the first failure, makes files private, and holds the host's lock. */
const preamble = `set -eu
umask 077
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /run/ec2-redis-operator
exec 9>/run/ec2-redis-operator/lock
flock -w 30 9 || { echo "another run holds this host's lock (/run/ec2-redis-operator/lock) for over 30 s" >&2; exit 75; }`;

/**
 * Carries out one action. Rejects with the reason when it was not done, or when it cannot be known whether it was. `tell`: how far a long
 * one is.
 */
export async function perform(
  fleet: Fleet,
  targetOf: TargetOf,
  { executor, clock }: { readonly executor: Executor; readonly clock: Clock },
  action: Action,
  tell: (progress: string) => void = () => {},
): Promise<void> {
  const { commandTimeoutMs } = fleet.cluster.ssh;
  return byMedium(action, {
    host: async (operation, one) => {
      const object = operation.signs?.(one);
      const script = locked(operation.script(one, object && (await executor.signS3(object))));
      const timeoutMs = operation.seconds === undefined ? commandTimeoutMs : operation.seconds * 1000;
      const target = reached(targetOf(operation.host(one)));
      const { exit, stderr } = await executor.runOnHost(target, action, script, timeoutMs);
      if (exit !== 0) throw new Error(`exit ${exit}: ${lastLines(stderr) || 'no message'}`);
    },
    transfer: (operation, one) => {
      const from = operation.from(one);
      return executor.transfer(one, {
        source: 'file' in from ? from : { host: reached(targetOf(from.host)), path: from.path },
        target: reached(targetOf(operation.host(one))),
        digest: operation.digest(one),
        begin: (bytes) => locked(operation.begin(one, bytes)),
        append: (offset, base64) => locked(operation.append(one, offset, base64)),
        finish: () => locked(operation.finish(one)),
        tell,
      });
    },
    ec2: (operation, one) => executor.callEc2(operation.command(one)),
    resp: async (operation, one) => {
      const endpoint = operation.endpoint(one);
      const through = waysTo(endpoint, targetOf);
      const replies = await executor.sendResp(action, endpoint, through, operation.commands(one));
      const refused = replies.find((reply) => typeof reply === 'object' && reply !== null && 'error' in reply);
      if (!refused || !('error' in refused)) return;
      const answered = `${endpoint.tenant}-${endpoint.member} answered: ${refused.error}`;
      const partly = operation.partly?.(one, replies);
      throw new Error(partly ? `${answered} (${partly})` : answered);
    },
    switch: (operation, one) => {
      // Not under the host's lock: what another run holds it for may take longer than the proxies' own checks.
      const script = operation.announce(one);
      const proxies = one.proxies.map((host) => targetOf(host)).filter((host) => 'address' in host);
      // Without it the proxies see it by their next checks.
      const announce = async () => {
        await Promise.allSettled(proxies.map((host) => executor.runOnHost(host, one, script, commandTimeoutMs)));
      };
      return executor.converse(one, waysTo(one.from, targetOf), (connect) =>
        switchMaster(one, { connect, announce, clock }),
      );
    },
  });
}

function waysTo(endpoint: RespEndpoint, targetOf: TargetOf): readonly HostTarget[] {
  return endpoint.through.map((host) => targetOf(host)).filter((host) => 'address' in host);
}

function locked(script: Script): Script {
  return lines([fixed(preamble), script]);
}

function reached(target: ReturnType<TargetOf>): HostTarget {
  if ('reason' in target) throw new Error(target.reason);
  return target;
}

/** The end of what a script printed, on one line: reports are read one finding per line. */
function lastLines(stderr: string): string {
  return stderr.trim().split('\n').slice(-3).join(' / ').slice(-400);
}
