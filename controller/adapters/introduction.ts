import type { Ssh } from '../../crds/fleet.ts';
import { marks } from '../../reconcilers/marks.ts';
import { type Clock, type HostTarget, type Log, MediumError } from '../ports.ts';
import { keysOnConsole } from './console-keys.ts';
import type { ReadConsole } from './ec2-console.ts';
import { expandHome } from './home-path.ts';
import { fingerprint, hostToken, isKnown, type KnownHost, knownHostsLine, parseKnownHosts } from './known-hosts.ts';
import { editKnownHosts, readKnownHosts } from './known-hosts-file.ts';

export interface Introducing {
  readonly settings: Ssh;
  readonly readConsole: ReadConsole | undefined;
  readonly clock: Clock;
  readonly log: Log | undefined;
}

type Made = NonNullable<HostTarget['made']>;

/** EC2 may be twenty minutes late with what a Xen type printed at its first boot. */
const lateMs = 20 * 60_000;
/** Between two looks at a console: two calls each, of the 20 a second that EC2 allows, for at most 128 hosts. */
const restMs = 15_000;

/**
 * Makes hosts of our making known before anything is sent to them, under the policy `console`: the keys that EC2 shows on the console of the
 * instance are added to known_hosts, marked with its id. EC2 answers over TLS and proves who it is; the network to the host proves nothing. What people
 * wrote of a host is enough, and stays. Rejects with a MediumError: `early` while the keys may still show, `refused` when a person must help.
 */
export function introductions(introducing: Introducing): (target: HostTarget) => Promise<void> {
  const { settings, readConsole, clock } = introducing;
  const resting = new Map<string, { readonly until: number; readonly error: MediumError }>();
  return async (target) => {
    const { made } = target;
    if (made === undefined || readConsole === undefined || settings.hostKeys !== 'console') return;
    const known = parseKnownHosts(await readKnownHosts(expandHome(settings.knownHosts)));
    if (isKnown(trusted(known, target, settings), target.address, settings.port)) return;
    const rest = resting.get(made.instanceId);
    if (rest !== undefined && clock.now() < rest.until) throw rest.error;
    const keys = await shownKeys(readConsole, made.instanceId);
    if (!keys.length) {
      const error = notShown(target, made, settings, clock.now());
      resting.set(made.instanceId, { until: clock.now() + restMs, error });
      throw error;
    }
    await writeDown(introducing, target, made, keys);
  };
}

/** Without the lines that we wrote, under `console`, for a former instance with this address: it is gone, and its key with it. */
export function trusted(known: readonly KnownHost[], target: HostTarget, settings: Ssh): readonly KnownHost[] {
  const former = new Set(formerLines(known, target, settings));
  return known.filter(({ line }) => !former.has(line));
}

function formerLines(known: readonly KnownHost[], { address, made }: HostTarget, settings: Ssh): readonly number[] {
  if (made === undefined || settings.hostKeys !== 'console') return [];
  const [token, own] = [hostToken(address, settings.port), markOf(made)];
  return known.flatMap(({ hosts, marker, comment, line }) =>
    hosts === token && marker === 'none' && comment.startsWith(`${marks.knownInstance}=`) && comment !== own
      ? [line]
      : [],
  );
}

function markOf({ instanceId }: Made): string {
  return `${marks.knownInstance}=${instanceId}`;
}

async function shownKeys(readConsole: ReadConsole, instanceId: string): Promise<readonly Buffer[]> {
  const latest = keysOnConsole(await readConsole(instanceId, true));
  return latest.length ? latest : keysOnConsole(await readConsole(instanceId, false));
}

function notShown({ name, address }: HostTarget, made: Made, settings: Ssh, now: number): MediumError {
  const { instanceId, launched } = made;
  const whose = `the SSH host keys of ${name} (${address}, ${instanceId})`;
  const otherwise = `take its lines from the known hosts of a machine that knows it; or ssh-keyscan -p ${settings.port} ${address} >> ${settings.knownHosts}, and compare the fingerprints with those that ssh-keygen -lf prints on the host itself; or set spec.ssh.hostKeys: accept-new`;
  if (launched === undefined || now - launched < lateMs)
    return new MediumError(
      'early',
      `EC2 does not show ${whose} yet: it takes some minutes after the first boot, up to twenty with a type that is not Nitro. Nothing is sent to it before. If they never show: ${otherwise}`,
    );
  return new MediumError(
    'refused',
    `EC2 does not show ${whose}: cloud-init prints them at the first boot alone, and EC2 keeps the end of what is printed. Nothing was sent to it. What to do: ${otherwise}`,
  );
}

async function writeDown(
  { settings, log }: Introducing,
  target: HostTarget,
  made: Made,
  keys: readonly Buffer[],
): Promise<void> {
  const { address, name } = target;
  const added = keys.map((key) => knownHostsLine(address, settings.port, key, markOf(made))).join('');
  await editKnownHosts(expandHome(settings.knownHosts), target, (text) => {
    const known = parseKnownHosts(text);
    const without = formerLines(known, target, settings);
    return isKnown(trusted(known, target, settings), address, settings.port) ? undefined : { without, added };
  });
  log?.info('host keys read from the console', { host: name, instance: made.instanceId, keys: keys.map(fingerprint) });
}
