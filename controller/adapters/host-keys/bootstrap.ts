import type { Ssh } from '../../../crds/fleet.ts';
import { markers } from '../../../renderers/lib/markers.ts';
import { TransportError } from '../../transport/errors.ts';
import type { Clock, HostTarget, Log } from '../../transport/io.ts';
import type { ReadConsole } from '../ec2/console.ts';
import { expandHome } from '../files/home-path.ts';
import { loginOf } from '../ssh/target.ts';
import { keysOnConsole } from './console-keys.ts';
import {
  fingerprint,
  hostToken,
  isKnown,
  type KnownHost,
  keyName,
  knownHostsLine,
  parseKnownHosts,
} from './known-hosts.ts';
import { editKnownHosts, readKnownHosts } from './known-hosts-file.ts';
import { scanCommand } from './scan-command.ts';

export interface HostKeyBootstrapOptions {
  readonly settings: Ssh;
  readonly readConsole: ReadConsole | undefined;
  readonly clock: Clock;
  readonly log: Log | undefined;
}

type Made = NonNullable<HostTarget['made']>;

/** EC2 may be twenty minutes late with what a Xen type printed at its first boot. */
const lateMs = 20 * 60_000;
/** Between two reads of a console: two calls each, of the 20 a second that EC2 allows, for at most 128 hosts. */
const retryMs = 15_000;

/**
 * Makes hosts that were created here known before anything is sent to them, under the policy `console`: the keys that EC2 shows on the console of the
 * instance are added to known_hosts, marked with its id. EC2 answers over TLS and is authenticated; the network to the host is not. A key that an
 * operator added for a host is enough, and stays. Rejects with a TransportError: `early` while the keys may still show, `refused` when manual action is required.
 */
export function hostKeyBootstrap(options: HostKeyBootstrapOptions): (target: HostTarget) => Promise<void> {
  const { settings, readConsole, clock } = options;
  const failed = new Map<string, { readonly until: number; readonly error: TransportError }>();
  return async (target) => {
    const { made } = target;
    if (made === undefined || readConsole === undefined || settings.hostKeys !== 'console') return;
    const known = parseKnownHosts(await readKnownHosts(expandHome(settings.knownHosts)));
    const { port } = loginOf(settings, target);
    const kept = trusted(known, target, settings);
    if (isKnown(kept, keyName(kept, target, port), port)) return;
    const last = failed.get(made.instanceId);
    if (last !== undefined && clock.now() < last.until) throw last.error;
    const keys = await learnHostKeys(readConsole, made.instanceId);
    if (!keys.length) {
      const error = notLearned(target, made, settings, clock.now());
      failed.set(made.instanceId, { until: clock.now() + retryMs, error });
      throw error;
    }
    await appendKnownHosts(options, target, made, keys);
  };
}

/** Without the lines that were added here, under `console`, for a former instance with this address: it is gone, and its key with it. */
export function trusted(known: readonly KnownHost[], target: HostTarget, settings: Ssh): readonly KnownHost[] {
  const former = new Set(formerLines(known, target, settings));
  return known.filter(({ line }) => !former.has(line));
}

function formerLines(known: readonly KnownHost[], target: HostTarget, settings: Ssh): readonly number[] {
  const { address, made } = target;
  if (made === undefined || settings.hostKeys !== 'console') return [];
  const [token, own] = [hostToken(address, loginOf(settings, target).port), markOf(made)];
  return known.flatMap(({ hosts, marker, comment, line }) =>
    hosts === token && marker === 'none' && comment.startsWith(`${markers.knownInstance}=`) && comment !== own
      ? [line]
      : [],
  );
}

function markOf({ instanceId }: Made): string {
  return `${markers.knownInstance}=${instanceId}`;
}

async function learnHostKeys(readConsole: ReadConsole, instanceId: string): Promise<readonly Buffer[]> {
  const latest = keysOnConsole(await readConsole(instanceId, true));
  return latest.length ? latest : keysOnConsole(await readConsole(instanceId, false));
}

function notLearned(target: HostTarget, made: Made, settings: Ssh, now: number): TransportError {
  const { instanceId, launched } = made;
  const { name, address } = target;
  const whose = `the SSH host keys of ${name} (${address}, ${instanceId})`;
  const otherwise = `take its lines from the known hosts of a machine that knows it; or ${scanCommand(target, settings, settings.knownHosts)}, and compare the fingerprints with those that ssh-keygen -lf prints on the host itself; or set spec.ssh.hostKeys: accept-new`;
  if (launched === undefined || now - launched < lateMs)
    return new TransportError(
      'early',
      `EC2 does not show ${whose} yet: it takes some minutes after the first boot, up to twenty with a type that is not Nitro. Nothing is sent to it before. If they never show: ${otherwise}`,
    );
  return new TransportError(
    'refused',
    `EC2 does not show ${whose}: cloud-init prints them at the first boot alone, and EC2 keeps the end of what is printed. Nothing was sent to it. What to do: ${otherwise}`,
  );
}

async function appendKnownHosts(
  { settings, log }: HostKeyBootstrapOptions,
  target: HostTarget,
  made: Made,
  keys: readonly Buffer[],
): Promise<void> {
  const { address, name } = target;
  const { port } = loginOf(settings, target);
  const added = keys.map((key) => knownHostsLine(address, port, key, markOf(made))).join('');
  await editKnownHosts(expandHome(settings.knownHosts), target, (text) => {
    const known = parseKnownHosts(text);
    const without = formerLines(known, target, settings);
    const kept = trusted(known, target, settings);
    return isKnown(kept, keyName(kept, target, port), port) ? undefined : { without, added };
  });
  log?.info('host keys read from the console', { host: name, instance: made.instanceId, keys: keys.map(fingerprint) });
}
