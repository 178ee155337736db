import type { HostName } from '../../crds/fleet.ts';
import type { TakeoverCause } from '../shared/takeover.ts';

export const takeoverPending = 'the host checks whether it could take the address over, which takes seconds';

export function takeoverNotChecked(host: HostName, why: string): string {
  return `whether ${host} could take the address over is not known: ${why}`;
}

interface Standby {
  readonly host: HostName;
  readonly peer: HostName;
  readonly vip: string;
  readonly endpoint: string;
  /** The rule of the host's firewall that is known to be the cause, in words. */
  readonly drop: string | undefined;
}

export function standbyCannotTakeOver(standby: Standby, cause: TakeoverCause, words: string): string {
  const { host, peer, vip } = standby;
  return `if ${peer} fails now, ${host} cannot take ${vip} over, and no client gets in: ${causes[cause](standby, words)}`;
}

const policy = 'reconcile iam --for proxy';

const causes: Readonly<Record<TakeoverCause, (standby: Standby, words: string) => string>> = {
  metadata: ({ host, drop }, words) =>
    drop
      ? `${words}: ${drop}. Let the firewall of ${host} accept what goes to 169.254.169.254`
      : `${words}. Allow 169.254.169.254 in the firewall of ${host}, and the metadata service in the options of its instance`,
  credentials: ({ host }, words) =>
    `${words}. Attach an instance profile to ${host} whose role has the policy that \`${policy}\` prints`,
  api: ({ host, endpoint, drop }, words) =>
    drop
      ? `${words}: ${drop}. Let the firewall of ${host} accept what goes to ${endpoint}`
      : `${words}. ${host} must reach ${endpoint}: look at its firewall, its DNS, its routes and the security group`,
  clock: ({ host }, words) =>
    `the clock of ${host} is ${Math.abs(Number(words))} s ${Number(words) < 0 ? 'behind' : 'ahead of'} that of EC2, which refuses requests whose time is five minutes off. ` +
    `See on ${host}: timedatectl, chronyc tracking`,
  permission: ({ host }, words) => `${words}. The role of ${host} needs the policy that \`${policy}\` prints`,
  refused: (_, words) => `EC2 refuses its calls: ${words}`,
  room: (_, words) => `${words}. Unassign one that is not needed, or choose a larger type`,
};
